"""The `bulou` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

from bulou.config import ending, environment, forms, sentences
from bulou.config.command_parser import Parser, typed
from bulou.config.told import say

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
    "programme check",
    "check zones-2022",
    "database-url",
    "database-stop",
)
GROUPS = {
    "user": "desk users 电脑端用户",
    "import": "read files 导入文件",
    "programme": "kinds of duty from files 任务配置",
    "check": "hold rules against published data 用公开数据检验规则",
}


def parser() -> argparse.ArgumentParser:
    """The whole command line; the manual's page is printed from it."""
    top = Parser(prog="bulou", description="Bulou 不漏：应检应转一人不漏的行动台账 · none missed")
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
            type=typed(forms.FOLDER),
            help=f"data folder 数据目录 (default: {environment.NAMES['BULOU_DATA'].default}, or BULOU_DATA)",
        )
        module.arguments(own)
        own.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 done; 1 not so, or a fault of the program; 2 something that the user can put right, as one sentence on standard
    error; 128 and the signal's number when one ended it.
    """
    _lenient()
    ending.heard()
    try:
        options = parser().parse_args(arguments)
        if wrong := environment.faults():
            for one in wrong:
                say(one.sentence)
            return 2
        data = options.data or environment.read("BULOU_DATA")
        options.data = os.environ["BULOU_DATA"] = os.path.abspath(os.path.expanduser(data))
        status = options.run(options)
        sys.stdout.flush()
        return status
    except ending.Ended as signal:
        return signal.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `bulou verify | head`: who reads has enough
        _drop_output()
        return 141
    except SystemExit:
        raise
    except BaseException as error:
        status = sentences.ended(error)
        try:
            sys.stdout.flush()
        except OSError:  # it was written to a full disk
            _drop_output()
        return status


def _lenient() -> None:
    """Let a terminal that cannot show Chinese show something, and a closed one be nobody's trouble."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  for the life of the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Give what is left to nobody, so that the interpreter's own end does not complain of what it cannot write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
