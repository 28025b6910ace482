"""`bulou demo`: a screening round of the reference district, played through the real system."""

import argparse
import json
import signal
import threading
from pathlib import Path

from bulou.config import exercise_works, forms
from bulou.config.alone import alone
from bulou.config.command_parser import typed
from bulou.config.data_folder import Folder
from bulou.config.demo_run import EXAMPLE, Plan, played, remove_exercise, say, scene_of

HELP = "play a screening round of the reference district, then leave the desk running 演示"
PEOPLE = 111_308  # a tenth of the census of 2020
#: A town of more than the reference district's census is none that its buildings could hold.
MOST_PEOPLE, SEED = forms.whole(1, 1_113_078), forms.whole(0, 2**53 - 1)
MINUTES = forms.number(0, 7 * 24 * 60)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--people", type=typed(MOST_PEOPLE), default=PEOPLE, help="persons in the town (default: %(default)s)"
    )
    parser.add_argument("--seed", type=typed(SEED), default=2022, help="the same seed is the same town and day")
    parser.add_argument("--scenario", default="one-round", help="what happens (default: %(default)s)")
    parser.add_argument(
        "--minutes", type=typed(MINUTES), default=2.0, help="how long the day takes; 0 is as fast as it goes"
    )
    parser.add_argument("--port", type=typed(forms.PORT), default=8000, help="port of the desk; 0 takes a free one")
    parser.add_argument("--fresh", action="store_true", help="first remove the exercise that the data folder holds")
    parser.add_argument("--exit", action="store_true", help="end when the day is over")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")


def run(options: argparse.Namespace) -> int:
    """Play, print the table and what verify found; exit status 0 only if verify is clean."""
    plan = Plan(
        folder=Path(options.data).absolute(),
        example=EXAMPLE,
        people=options.people,
        seed=options.seed,
        scenario=options.scenario,
        speed=getattr(options, "speed", 0.0),
        minutes=options.minutes or None,
        port=options.port,
        say=say,
    )
    scene_of(plan)  # before anything is made
    with alone(Folder(options.data), f"bulou {'rehearse' if hasattr(options, 'speed') else 'demo'}"):
        if getattr(options, "fresh", False):
            remove_exercise(plan.folder)
        return _run(plan, options)


def _run(plan: Plan, options: argparse.Namespace) -> int:
    with played(plan) as done:
        from bulou.config.demo_run import DISTRICT
        from bulou.ledger import clock
        from bulou.ledger.scope import EVERYWHERE, scoped
        from bulou.rounds.summary import figures, table

        with scoped(EVERYWHERE):
            found = figures(done.campaign, DISTRICT)
        found["kinds"] = exercise_works.figures(clock.now())
        violations = _verify()
        found["verify"] = {"violations": len(violations), "differences": violations[:20]}
        found["rehearsal"] = done.summary
        found["seconds"] = done.seconds
        say("\n" + table(found))
        reasons = "  ".join(f"{reason} {n:,}" for reason, n in found["excused"].items())
        say(f"\n采样管 tubes {found['tubes']:,}   阳性 positives {found['positives']}   因故 excused {reasons}")
        say(f"核对 verify: {len(violations)} violations" + (" 账实相符" if not violations else ""))
        for line in violations[:20]:
            say(f"  {line}")
        if not options.exit:
            say(f"\n指挥台仍在运行 the desk is running: {done.server.url}  (Ctrl-C 结束 ends it)")
            stop = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            stop.wait()
        if options.json:
            print(json.dumps(found, ensure_ascii=False))
    return 1 if violations else 0


def _verify() -> list[str]:
    from bulou.ledger.verify import verify

    return [str(difference) for difference in verify("owner")]
