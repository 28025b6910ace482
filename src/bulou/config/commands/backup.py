"""`bulou backup`: everything but the keys, while the installation runs."""

import argparse
from pathlib import Path

from bulou.config import backup, database, forms
from bulou.config.command_parser import typed

HELP = "write a backup while the installation runs; identity keys are not in it 备份"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER", help="where backups lie (default: backups/ in the data folder)"
    )
    parser.add_argument(
        "--keep",
        type=typed(forms.whole(0, 100_000)),
        default=0,
        metavar="N",
        help="then remove older backups there but the newest N (default: none)",
    )


def run(options: argparse.Namespace) -> int:
    """Print the folder of the new backup."""
    data = Path(options.data).absolute()
    with database.using(options.data) as urls:
        made = backup.make(data, urls, options.to, backup.today())
    print(made)
    if options.keep > 0:
        for old in backup.prune(made.parent, options.keep):
            print(f"removed 已删除 {old}")
    return 0
