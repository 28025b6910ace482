"""How long a round takes to open: from the registry to the last duty and counter, beside raw COPY of the same rows.

Timed is what command calls (``rounds.actions.open_round``): the scope rule over the registry, the frozen list, the
duties, the counters, and the entry that vouches for them, in one transaction, as the application role. Raw COPY writes
the same lines and duties into bare tables with the same indexes.
"""

from __future__ import annotations

import time

import common
import town


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    people = 110_000 if options.short else 1_100_000
    with common.ledger():
        from bulou.rounds.actions import open_round

        common.say(f"a registry of {people:,} persons")
        town.settle(people)
        node = common.whole(people)
        desk, _ = common.enrol("desk", "desk", node)
        common.say("opening")
        started = time.perf_counter()
        opened = open_round(1, "benchmark", node, desk, common.OPENED, common.OPENED)
        seconds = time.perf_counter() - started
        common.say("raw COPY")
        copied = common.copied_again(("ledger_line", "ledger_duty", "ledger_counter"))
        from bulou.ledger.verify import verify

        violations = len(verify("owner", sample=100))
    common.finish(
        "opening",
        {
            "duties": opened.owed,
            "opening_s": round(seconds, 2),
            "duties_per_s": round(opened.owed / seconds),
            "copy_s": round(copied, 2),
            "opening_to_copy": round(seconds / copied, 2),
            "violations": violations,
        },
        [
            common.target(f"opening a round for {people:,}, seconds", round(seconds, 1), "< 30", seconds < 30),
            common.target("time of an opening to raw COPY", round(seconds / copied, 2), "reported", True),
            common.target("violations found by verify", violations, "0", violations == 0),
        ],
    )


if __name__ == "__main__":
    main()
