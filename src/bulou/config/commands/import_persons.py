"""`bulou import persons`: a roster from CSV or Excel."""

import argparse

from bulou.config import database

HELP = "import a list of persons from CSV or Excel 导入人员名册"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from bulou.places.command import add_arguments

    add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Import the file."""
    with database.using(options.data):
        from bulou.places.command import run as import_persons

        return import_persons(options)
