"""`bulou import areas`: the area tree from CSV."""

import argparse

from bulou.config import database, forms
from bulou.config.command_parser import typed

HELP = "load the area tree from CSV 导入区域表"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from bulou.places.command import add_area_arguments

    add_area_arguments(parser)
    for action in parser._actions:
        if action.dest == "file":
            action.type = typed(forms.FILE)


def run(options: argparse.Namespace) -> int:
    """Load the file."""
    with database.using(options.data):
        from bulou.places.command import run_areas

        return run_areas(options)
