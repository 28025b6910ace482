"""`bulou migrate`: brings the database to this version of the code."""

import argparse

from bulou.config import database

HELP = "bring the database to this version 升级数据库"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no options of its own."""


def run(options: argparse.Namespace) -> int:
    """Prepare the database; nothing happens when it is up to date."""
    with database.using(options.data):
        print("the database is at this version 数据库已是当前版本")
    return 0
