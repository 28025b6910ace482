"""`bulou database-stop`: stops the embedded database of a folder."""

import argparse

from bulou.config.postgres import Cluster

HELP = "stop the embedded database, whoever uses it 停止内嵌数据库"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no options of its own."""


def run(options: argparse.Namespace) -> int:
    """Stop it; calm when it is not running."""
    Cluster(options.data).stop()
    return 0
