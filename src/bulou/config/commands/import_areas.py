"""`bulou import areas`: the area tree from CSV."""

import argparse

from bulou.config import database

HELP = "load the area tree from CSV 导入区域表"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from bulou.places.command import add_area_arguments

    add_area_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Load the file."""
    with database.using(options.data):
        from bulou.places.command import run_areas

        return run_areas(options)
