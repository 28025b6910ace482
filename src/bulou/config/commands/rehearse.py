"""`bulou rehearse SCENARIO`: a drill on the real system with a synthetic town."""

import argparse

from bulou.config import forms
from bulou.config.command_parser import typed
from bulou.config.commands import demo

HELP = "play a scenario with a synthetic town on the real system 演练"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("scenario", help="a scenario that comes with the product, or a TOML file")
    parser.add_argument(
        "--people", type=typed(demo.MOST_PEOPLE), default=20_000, help="persons in the town (default: %(default)s)"
    )
    parser.add_argument("--seed", type=typed(demo.SEED), default=2022, help="the same seed is the same town and day")
    parser.add_argument(
        "--speed", type=typed(forms.number(0, 100_000)), default=0.0, help="1 is real time, 0 as fast as it goes"
    )
    parser.add_argument(
        "--minutes", type=typed(demo.MINUTES), default=0.0, help="how long the day takes, instead of a speed"
    )
    parser.add_argument("--port", type=typed(forms.PORT), default=0, help="port of the desk; 0 takes a free one")
    parser.add_argument("--exit", action="store_true", help="end when the day is over")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")


def run(options: argparse.Namespace) -> int:
    """Play the scenario; exit status 0 only if verify is clean."""
    return demo.run(options)
