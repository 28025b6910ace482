"""Law 2: owed = frozen + added + received - given away = open + done + excused, at each level of the tree."""

from collections import Counter

from hypothesis import given

from bulou.ledger.areas import ancestor
from bulou.ledger.counters import count
from bulou.ledger.vocabulary import REGISTRY
from tests import cast, shelf
from tests.builders import Pen
from tests.laws import tellings

LEVELS = range(6)  # 0 is the whole tree, 5 the single building


def imbalances(books: shelf.Shelf) -> list[str]:
    """Return each node at which the figures do not add up: by counters and transfers alone, as boards read them."""
    owed: Counter = Counter()
    stands: Counter = Counter()
    out = []
    for (campaign, kind, area), row in books.counters.items():
        frozen, added, open_, done, excused, deferred, refused, *stages = row
        if sum(stages) != open_ or deferred + refused > open_ or min(row) < 0:
            out.append(f"{campaign} {kind} {area}: {row}")
        for level in LEVELS:
            node = campaign, kind, level, ancestor(area, level)
            owed[node] += frozen + added
            stands[node] += open_ + done + excused
    for (campaign, kind, origin, area), n in books.transfers.items():
        for level in LEVELS:
            if ancestor(origin, level) != ancestor(area, level):
                owed[campaign, kind, level, ancestor(origin, level)] -= n
                owed[campaign, kind, level, ancestor(area, level)] += n
    out += [f"{node}: {owed[node]} owed, {stands[node]} stand" for node in owed | stands if owed[node] != stands[node]]
    return out


@given(telling=tellings.tellings())
def test_each_node_balances(ledger, telling):
    books = shelf.deliver(telling.batches, telling.crashes)
    assert imbalances(books) == []
    assert count(books.duties, REGISTRY) == (books.counters, books.transfers)


@given(entries=tellings.entry_sets())
def test_the_plain_fold_balances(entries):
    assert imbalances(shelf.expected(entries)) == []


def test_an_offer_moves_nothing_until_it_is_accepted_and_nets_to_zero_above(ledger):
    ding = cast.PERSONS["ding"].id
    lao, desk = Pen(cast.LAO, cast.BRIDGE), Pen(cast.DESK, cast.NO_1)
    first = [lao.found(0, ding), lao.offered(5, ding, to=cast.NO_1)]
    offered = shelf.deliver([first])
    assert offered.transfers == {}
    assert offered.counters[cast.ROUND, 1, cast.BRIDGE][2] == 1
    taken = shelf.deliver([first, [desk.accepted(6, ding, offer=first[1], area=cast.NO_1)]])
    assert taken.transfers == {(cast.ROUND, 1, cast.BRIDGE, cast.NO_1): 1}
    assert taken.counters[cast.ROUND, 1, cast.BRIDGE][:5] == (0, 1, 0, 0, 0)
    assert taken.counters[cast.ROUND, 1, cast.NO_1][:5] == (0, 0, 1, 0, 0)
    assert imbalances(taken) == []


def test_a_refusal_closes_nothing(ledger):
    gui = cast.PERSONS["gui"].id
    ayi = Pen(cast.AYI)
    books = shelf.deliver([[ayi.found(0, gui), ayi.refused(3, gui)]])
    assert books.counters[cast.ROUND, 1, cast.NO_1][2:7] == (1, 0, 0, 0, 1)


def test_an_imbalance_would_be_seen():
    books = shelf.Shelf(counters={(1, 1, cast.NO_1): (2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0)})
    assert len(imbalances(books)) == len(LEVELS)
