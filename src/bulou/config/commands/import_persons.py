"""`bulou import persons`: a roster from CSV or Excel."""

import argparse

from bulou.config import database, forms
from bulou.config.command_parser import typed
from bulou.config.commands.user_add import AREA

HELP = "import a list of persons from CSV or Excel 导入人员名册"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from bulou.places.command import add_arguments

    add_arguments(parser)
    forms_of = {"file": forms.FILE, "as_of": forms.DAY, "within": AREA}
    for action in parser._actions:
        if action.dest in forms_of:
            action.type = typed(forms_of[action.dest])


def run(options: argparse.Namespace) -> int:
    """Import the file; whom it brings owes the open rounds."""
    with database.using(options.data):
        from bulou.places.command import run as import_persons
        from bulou.rounds.actions import join_newcomers

        return import_persons(options, join_newcomers)
