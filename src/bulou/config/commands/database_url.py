"""`bulou database-url`: prints how to connect; starts the embedded database and leaves it running."""

import argparse

from bulou.config import database
from bulou.config.environment import read
from bulou.config.postgres import Cluster

HELP = "print the connection URL of the database, started and migrated 打印数据库地址"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--owner",
        action="store_true",
        help="as the owner, who is not bound by row level security 以属主身份",
    )


def run(options: argparse.Namespace) -> int:
    """Print the application role's URL (sees nothing without bulou.scope), or the owner's."""
    with database.using(options.data) as urls:
        url = urls.owner if options.owner else urls.application
        if url is None:
            raise database.NotReady(
                "不知道属主地址：请设置 BULOU_OWNER_URL。", "the owner's URL is not known: set BULOU_OWNER_URL."
            )
        if not read("BULOU_DATABASE_URL"):
            Cluster(options.data).keep()
    print(url)
    return 0
