"""`bulou paper`: numbered sheets for a compound whose phones are dead."""

import argparse
import os
from pathlib import Path

from bulou.config import database, forms
from bulou.config.command_parser import typed
from bulou.config.commands.user_add import AREA
from bulou.config.told import chinese, say

HELP = "print numbered sampling sheets for an area 打印采样登记单"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--area", type=typed(AREA), required=True, help="an area id, or its path such as 1.3.2.1 (down to the compound)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the PDF to write")
    parser.add_argument(
        "--campaign",
        type=typed(forms.whole(0, 2**31 - 1)),
        default=0,
        help="number of the round (default: the newest open one)",
    )
    lines = {"type": typed(forms.whole(1, 20)), "default": 20, "metavar": "N"}
    parser.add_argument("--lines", help="lines a sheet, at most 20 (default: %(default)s)", **lines)


def run(options: argparse.Namespace) -> int:
    """Print the sheets; exit status 1 when nobody is left to be sampled there or no round is open."""
    with database.using(options.data):
        from bulou.ledger import clock, seal
        from bulou.ledger.scope import EVERYWHERE, scoped
        from bulou.people import note_export
        from bulou.rounds.paper.actions import NoRound, print_sheets
        from bulou.rounds.paper.pdf import render

        now, short = clock.now(), seal.footer()
        try:
            with scoped(EVERYWHERE):  # no sheet is numbered that was not written
                printed, _kept = print_sheets(options.area, now, "bulou paper", options.campaign, options.lines)
                people = sum(len(sheet.lines) for sheet in printed)
                if printed:
                    keep(options.out, render(printed, f"存证 seal {short}" if short else ""))
                    note_export("bulou paper", "paper", {"area": options.area}, people, False, now, options.area)
        except NoRound:
            return refused("该区域没有正在进行的轮次。", "no open round covers this area.")
    if not printed:
        return refused("该区域没有待采样人员。", "nobody is left to be sampled there.")
    print(f"{len(printed)} sheets 张, {people} people 人: {options.out}")
    return 0


def keep(file: Path, content: bytes) -> None:
    """Write what only the caller may read: names and doors are in it."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(descriptor, 0o600)  # of a file that was there
        out.write(content)


def refused(zh: str, en: str) -> int:
    """Say why nothing was printed; return the exit status."""
    say(zh if chinese() else en)
    return 1
