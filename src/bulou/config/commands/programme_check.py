"""`bulou programme check`: tells line by line what is wrong with a file of declared kinds of duty."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bulou.config import database
from bulou.config.told import chinese

HELP = "check a programme's file line by line 检查任务配置文件"


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(
            f"“{text}”不可用，须为已有的文件" if chinese() else f'"{text}" cannot be used: a file that is there'
        )
    return path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", type=_file, help="a file in TOML 配置文件")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print what is wrong, a line each; exit status 1 where something is."""
    database.setup()
    from bulou.programmes.loading import check

    found = check(options.file, _known)
    if options.json:
        problems = [
            {"line": one.line, "field": one.field, "found": one.found, "expected": one.expected} for one in found
        ]
        print(json.dumps({"file": str(options.file), "ok": not found, "problems": problems}, ensure_ascii=False))
    else:
        for one in found:
            print(f"{options.file}:{one}")
        if not found:
            print("nothing is wrong with it 没有问题")
    return 1 if found else 0


def _known(made: Any) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield what names abilities, desks and phones that this house does not have: (where, found, expected)."""
    from bulou.desk.abilities import ABILITIES, ROLES
    from bulou.field.roles import ROLES as PHONES

    for n, work in enumerate(made.works):
        wanted = [("sees", work.sees), ("words", work.words), ("opens", work.opens or work.words)]
        if work.cover:
            wanted.append(("cover", work.cover.ability))
        for field, name in wanted:
            if name not in ABILITIES:
                yield ("kind", n, field), name, f"one of {', '.join(ABILITIES)}"
        for m, act in enumerate(work.acts):
            if act.ability not in ABILITIES:
                yield ("kind", n, "act", m, "ability"), act.ability, f"one of {', '.join(ABILITIES)}"
        for name in work.owners.values():
            if name not in ROLES:
                yield ("kind", n, "owners"), name, f"one of {', '.join(ROLES)}"
        for name in work.phones:
            if name not in PHONES:
                yield ("kind", n, "phones"), name, f"one of {', '.join(PHONES)}"
