"""Stock is conserved for each good and lot in any order, repeated and voided; what pages read of it is the sum."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.areas import found_id
from bulou.relief.stock import rules
from bulou.relief.stock.rules import Claim, LotHeld, Stand
from tests import cast, shelf
from tests.builders import Pen
from tests.laws import tellings

STORES = (cast.DEPOT, cast.KITCHEN)
ITEMS = ((cast.KITS, 0), (cast.KITS, 7), (cast.KITS, 8), (cast.RICE, 0))
DAY = date(2022, 4, 4)

items = st.lists(
    st.tuples(st.sampled_from(ITEMS), st.integers(1, 50)), min_size=1, max_size=3, unique_by=lambda i: i[0]
)
acts = st.lists(
    st.tuples(
        st.sampled_from(("received", "sent", "issued", "discarded", "counted", "arrived", "lost", "back", "void")),
        st.sampled_from(STORES), items, st.integers(0, 11),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def written(pen: Pen, plan: list) -> list:
    """Write acts; what arrives, is settled or is voided names one of the entries before, or one that never was."""
    out: list = []
    for n, (act, store, said, which) in enumerate(plan):
        other = next(one for one in STORES if one != store)
        goods = [{"good": good, "lot": lot, "quantity": quantity} for (good, lot), quantity in said]
        transfer = found_id(pen.journal, which + 1)
        entry = {
            "received": lambda s=store, g=goods, n=n: pen.write(
                "stock.received", n, store=s, source="donation", items=g),
            "sent": lambda s=store, o=other, g=goods, n=n: pen.write("stock.sent", n, store=s, to=o, items=g),
            "issued": lambda s=store, g=goods, n=n: pen.write("stock.issued", n, store=s, to=44, items=g),
            "discarded": lambda s=store, g=goods, n=n: pen.write("stock.discarded", n, store=s, why="expired", items=g),
            "arrived": lambda s=store, g=goods, n=n, t=transfer: pen.write(
                "stock.arrived", n, store=s, transfer=t, items=g),
            "lost": lambda s=store, g=goods, n=n, t=transfer: pen.write(
                "stock.settled", n, store=s, transfer=t, how="lost", items=g, reason="x"),
            "back": lambda s=store, g=goods, n=n, t=transfer: pen.write(
                "stock.settled", n, store=s, transfer=t, how="back", items=g, reason="x"),
            "void": lambda n=n, w=which: pen.write(
                "entry.voided", n, journal=pen.journal, number=w % max(1, n) + 1, reason="x"),
            "counted": lambda s=store, g=goods, n=n, w=which: pen.write(
                "stock.counted", n, store=s, reason="unknown",
                rows=[{"good": i["good"], "lot": i["lot"], "counted": i["quantity"], "book": w} for i in g]),
        }[act]()  # fmt: skip
        out.append(entry)
    return out


def meant(plan: list, journal: int) -> Counter:
    """The plain meaning: what each holder has of each item when all that was not voided is added up."""
    gone = {which % max(1, n) + 1 for n, (act, _store, _said, which) in enumerate(plan) if act == "void"}
    # A void cannot be voided, so the entries that say so still do.
    void = {n + 1 for n, (act, *_rest) in enumerate(plan) if act == "void"}
    books: Counter = Counter()
    for n, (act, store, said, which) in enumerate(plan, 1):
        if n in gone - void or act == "void":
            continue
        way = (12, found_id(journal, which + 1))
        for (good, lot), quantity in said:
            here = (7, store)
            giver, taker, count = {
                "received": ((12, 3), here, quantity), "sent": (here, (12, found_id(journal, n)), quantity),
                "issued": (here, (13, 44), quantity), "discarded": (here, (12, 11), quantity),
                "arrived": (way, here, quantity), "lost": (way, (12, 32), quantity), "back": (way, here, quantity),
                "counted": ((12, 31), here, quantity - which),
            }[act]  # fmt: skip
            item = (14, lot) if lot else (11, good)
            books[*item, *giver] -= count
            books[*item, *taker] += count
    return books


@given(plan=acts, data=st.data())
def test_every_good_and_lot_is_conserved_in_any_order_repeated_and_voided(ledger, plan, data):
    pen = Pen(cast.DESK, cast.STREET)
    telling = data.draw(tellings.deliveries(written(pen, plan)))
    books = shelf.deliver(telling.batches, telling.crashes)
    assert books.holdings == {key: n for key, n in meant(plan, cast.DESK).items() if n}
    sums: Counter = Counter()
    for (kind, item, _holder_kind, _holder), n in books.holdings.items():
        sums[kind, item] += n
    assert not any(sums.values())


lots = st.lists(
    st.builds(
        LotHeld, st.integers(0, 6), st.integers(-40, 60), st.one_of(st.none(), st.dates(DAY, DAY + timedelta(days=9)))
    ),
    max_size=7, unique_by=lambda one: one.lot,
)  # fmt: skip


@given(held=lots)
def test_what_is_read_by_lot_is_what_there_is(held):
    held = [LotHeld(0, one.quantity) if one.lot == 0 else one for one in held]
    shown = rules.by_lot(held)
    assert sum(one.quantity for one in shown) == sum(one.quantity for one in held)
    assert all(one.quantity for one in shown)
    if any(one.lot == 0 and one.quantity < 0 for one in shown):
        assert not any(one.quantity > 0 for one in shown if one.lot), "owed while a lot still has some"


@given(held=lots, quantity=st.integers(1, 90))
def test_what_is_picked_is_all_that_was_asked_and_the_first_to_expire(held, quantity):
    picked = rules.pick(held, quantity, DAY + timedelta(days=3))
    assert sum(one.quantity for one in picked) == quantity and all(one.quantity > 0 for one in picked)
    assert not any(one.expires and one.expires < DAY + timedelta(days=3) for one in picked)
    days = [one.expires for one in picked if one.expires]
    assert days == sorted(days)


stands = st.lists(
    st.builds(
        Stand, st.integers(1, 5), st.integers(1, 2), st.integers(-30, 200), st.floats(0, 20).map(lambda n: round(n, 1)),
        st.lists(st.builds(Claim, st.floats(0.1, 9), st.integers(1, 60)), max_size=2).map(tuple), st.integers(1, 5),
    ),
    max_size=8, unique_by=lambda one: (one.store, one.good),
)  # fmt: skip


@given(known=stands)
def test_no_transfer_takes_what_the_giver_needs_and_none_brings_more_than_lacks(known):
    ways = rules.mend(known, {n: cast.NO_1 if n % 2 else cast.BRIDGE for n in range(6)}, (39, 30, 22, 12, 0))
    by = {(one.store, one.good): one for one in known}
    given_, taken = Counter(), Counter()
    for way in ways:
        given_[way.source, way.good] += way.quantity
        taken[way.target, way.good] += way.quantity
        assert way.quantity > 0 and way.source != way.target
    assert all(n <= by[key].spare for key, n in given_.items())
    assert all(n <= by[key].short for key, n in taken.items())
    left = {key for key, one in by.items() if one.short > taken[key]}
    for _store, good in left:
        assert all(one.spare == given_[one.store, good] for one in known if one.good == good), "some could still give"
    assert ways == rules.mend(
        list(reversed(known)), {n: cast.NO_1 if n % 2 else cast.BRIDGE for n in range(6)}, (39, 30, 22, 12, 0)
    )


@given(one=stands.filter(bool).map(lambda found: found[0]))
def test_it_lasts_as_long_as_it_says(one):
    left = rules.days_left(one)
    if left is None:
        assert one.needed(rules.HORIZON) <= max(one.held, 0)
    elif left > 0:
        assert one.needed(max(0.0, left - 0.11)) <= one.held < one.needed(left + 0.11)
