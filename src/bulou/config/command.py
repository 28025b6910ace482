"""The `bulou` command."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

from bulou.config.database import NotReady
from bulou.config.environment import read
from bulou.config.postgres_account import ServerFailed

# One module each under config/commands/, with `HELP`, `arguments(parser)` and `run(options) -> int`.
# A name of two words is a command with a subcommand.
COMMANDS = (
    "demo",
    "rehearse",
    "serve",
    "migrate",
    "verify",
    "seal",
    "paper",
    "backup",
    "restore",
    "user add",
    "import areas",
    "import persons",
    "database-url",
    "database-stop",
)
GROUPS = {"user": "desk users 桌面用户", "import": "read files 导入文件"}


def parser() -> argparse.ArgumentParser:
    """The whole command line; the manual's page is printed from it."""
    top = argparse.ArgumentParser(prog="bulou", description="Bulou 不漏：应检应转一人不漏的行动台账 · none missed")
    top.add_argument("--version", action="version", version=version("bulou"))
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, argparse._SubParsersAction] = {}
    for name in COMMANDS:
        module = import_module("bulou.config.commands." + name.replace(" ", "_").replace("-", "_"))
        group, _, word = name.rpartition(" ")
        if group and group not in groups:
            groups[group] = commands.add_parser(group, help=GROUPS[group]).add_subparsers(
                metavar="ACTION", required=True
            )
        own = groups.get(group, commands).add_parser(word, help=module.HELP, description=module.HELP)
        own.add_argument(
            "--data",
            metavar="DIR",
            default=read("BULOU_DATA"),
            help="data folder 数据目录 (default: %(default)s, from BULOU_DATA)",
        )
        module.arguments(own)
        own.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 not so, 2 wrong use, 130 interrupted."""
    options = parser().parse_args(arguments)
    os.environ["BULOU_DATA"] = os.path.abspath(os.path.expanduser(options.data))
    try:
        return options.run(options)
    except (NotReady, ServerFailed, PermissionError) as error:
        print(f"bulou: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
