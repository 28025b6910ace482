"""`bulou paper`: numbered sheets for a compound whose phones are dead."""

import argparse
from pathlib import Path

from bulou.config import database
from bulou.config.commands.user_add import area

HELP = "print numbered sampling sheets for an area 打印采样登记单"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--area", type=area, required=True, help="an area id, or its path such as 1.3.2.1 (down to the compound)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the PDF to write")
    parser.add_argument("--campaign", type=int, default=0, help="number of the round (default: the newest open one)")
    parser.add_argument("--lines", type=int, default=20, help="lines a sheet, at most 20 (default: %(default)s)")


def run(options: argparse.Namespace) -> int:
    """Print the sheets; exit status 1 when nobody is left to be sampled there, or no round is open."""
    with database.using(options.data):
        from bulou.command.people import note_export
        from bulou.ledger import clock
        from bulou.ledger.scope import EVERYWHERE, scoped
        from bulou.rounds.paper.actions import NoRound, print_sheets
        from bulou.rounds.paper.pdf import render

        now = clock.now()
        with scoped(EVERYWHERE):
            try:
                lines = max(1, min(20, options.lines))
                printed, _kept = print_sheets(options.area, now, "bulou paper", options.campaign, lines)
            except NoRound:
                print("bulou: no open round covers this area 该区域没有正在进行的轮次")
                return 1
            people = sum(len(sheet.lines) for sheet in printed)
            if not printed:
                print("bulou: nobody is left to be sampled there 该区域没有待采样人员")
                return 1
            options.out.write_bytes(render(printed))
            options.out.chmod(0o600)  # names and doors
            note_export("bulou paper", "paper", {"area": options.area}, people, False, now, options.area)
    print(f"{len(printed)} sheets 张, {people} people 人: {options.out}")
    return 0
