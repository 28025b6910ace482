"""How long a distribution to every household takes: opened, assigned, handed out from stock, closed, beside raw COPY.

Timed is what the desk and the phones' door call: the opening over the registry (``command.work.covering.open_``); a
thousand doors given to teams one by one (all others are carried by the phones of their area); every door handed out,
an entry a door in batches of a thousand, which moves the stock; the closing. Raw COPY writes the same lines, duties,
movements and holdings into bare tables with the same indexes. 1,025,000 persons live in 410,000 households.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import common
import town

BATCH = 1000
#: Doors that are given to one team at once, and how many are given at all.
GIVEN, ALL_GIVEN = 50, 1000


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    people = 25_000 if options.short else 1_025_000
    with common.ledger():
        figures = _measure(people)
    copied = figures["copy_s"]
    written = sum(figures[name] for name in ("opening_s", "given_s", "handed_out_s"))
    ratio = round(written / copied, 1) if copied else 0.0
    common.finish(
        "distribution", figures | {"to_copy": ratio},
        [
            common.target("opening a distribution, seconds", figures["opening_s"], "< 30", figures["opening_s"] < 30),
            common.target("doors handed out per second", figures["doors_per_s"], "> 300", figures["doors_per_s"] > 300),
            common.target(
                "stock after: received less handed out", figures["left"], str(figures["spare"]),
                figures["left"] == figures["spare"],
            ),
            common.target("reading days of cover, seconds", figures["cover_s"], "< 2", figures["cover_s"] < 2),
            common.target("time of all of it to raw COPY", ratio, "reported", True),
            common.target("violations found by verify", figures["violations"], "0", figures["violations"] == 0),
        ],
    )  # fmt: skip


def _measure(people: int) -> dict[str, float]:
    from django.contrib.auth.models import User

    from bulou.command.work import covering
    from bulou.desk.actions import add_user
    from bulou.ledger import campaigns as openings
    from bulou.ledger import intake, journals
    from bulou.ledger.areas import span
    from bulou.ledger.effects import Entry
    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.ledger.verify import verify
    from bulou.places import units
    from bulou.relief.parcels import PARCELS
    from bulou.relief.stock import reads, registry
    from bulou.relief.stock.models import Good
    from bulou.relief.units import STORE
    from bulou.rounds import actions
    from bulou.ui.figures import rows

    common.say(f"a registry of {people:,} persons")
    town.settle(people)
    node, at = common.whole(people), common.OPENED
    add_user("benchmark", "a long password of nobody", [node], ["command"])
    user = User.objects.get(username="benchmark")
    with scoped(EVERYWHERE):
        (store,) = units.add([units.Unit(0, STORE.code, node, "总仓", "MAIN")], "benchmark", at)
        (good,) = registry.save([(None, Good(name="包", code="PARCEL", kind="parcel", unit="份"))], "benchmark", at)
        homes = covering.owed_in(PARCELS, node)
    desk = common.enrol("desk", "desk", node)[0]
    spare = homes // 10
    items = [{"good": good, "quantity": homes + spare}]
    journals.append(desk, [("stock.received", at, node, {"store": store, "source": "allocated", "items": items})], at)

    common.say(f"opening over {homes:,} households")
    said = {"store": store, "good": good, "quantity": 1}
    with scoped(EVERYWHERE):
        opening, campaign = _timed(
            lambda: covering.open_(PARCELS, "x", node, said, homes, (user.pk, "benchmark"), (span(node),), at)
        )
    with scoped(EVERYWHERE):
        duties = rows("SELECT subject, area FROM ledger_duty WHERE campaign = %(c)s AND kind = 32", c=campaign)

    common.say("given to teams")
    by_area = itertools.groupby(sorted(duties, key=lambda row: row[1])[:ALL_GIVEN], key=lambda row: row[1] >> 22)
    told = [
        ("duty.given", at, part[0][1], {
            "campaign": campaign, "duty": "parcel", "subjects": [subject for subject, _area in part],
            "to_kind": 13, "to": 1 + n,
        })
        for n, (_key, group) in enumerate(by_area) for part in _parts([*group], GIVEN)
    ]  # fmt: skip
    given, _ = _timed(lambda: [journals.append(desk, part, at) for part in _parts(told, 20)])

    common.say("handed out")
    phone, _key = common.enrol("phone", "phone", node)

    def handed(n: int, subject: int, area: int, when: datetime) -> Entry:
        body = {"campaign": campaign, "subjects": [subject], "how": "at_door", "quantity": 1} | {
            "store": store, "good": good}  # fmt: skip
        return Entry(phone, n, "parcel.handed_out", when, area, body)

    entries = [handed(n, *row, at + timedelta(hours=1)) for n, row in enumerate(duties, 1)]

    def post() -> None:
        for part in _parts(entries, BATCH):
            assert all(receipt.status == "kept" for receipt in intake.post(part, at + timedelta(hours=2)))

    out, _ = _timed(post)
    common.say("read, closed, copied again, verified")
    now = at + timedelta(hours=3)
    with scoped(EVERYWHERE):
        cover, _ = _timed(lambda: reads.outlook(reads.stores(), now))
        left = reads.held([store])[store, good].total
        still = sum(openings.open_duties(campaign).values())
    closing, _ = _timed(
        lambda: actions.close_round(campaign, node, desk, now, now, {"visit_ordered": still} if still else {})
    )
    found = verify("owner", sample=100)
    for one in found:
        common.say(one.en)
    copied = common.copied_again(("ledger_line", "ledger_duty", "ledger_movement", "ledger_holding"))
    return {
        "households": homes, "opening_s": round(opening, 2), "given_s": round(given, 2), "handed_out_s": round(out, 2),
        "doors_per_s": round(homes / out), "cover_s": round(cover, 2), "closing_s": round(closing, 2), "open": still,
        "left": left, "spare": spare, "copy_s": round(copied, 2), "violations": len(found),
    }  # fmt: skip


def _timed(call):
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


def _parts(found: list, size: int) -> Iterator[list]:
    for n in range(0, len(found), size):
        yield found[n : n + size]


if __name__ == "__main__":
    main()
