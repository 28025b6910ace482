"""Law 4: moving never creates or destroys; below zero a movement is missing, and it comes right when it arrives."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests import cast, shelf
from tests.builders import Pen
from tests.laws import tellings

STORE, JOURNAL, OUTSIDE = 7, 6, (12, 0)
HOLDERS = ((STORE, cast.DEPOT), (STORE, cast.KITCHEN), (JOURNAL, cast.AYI), (JOURNAL, cast.LAO), OUTSIDE)


def sums(books: shelf.Shelf) -> dict[tuple[int, int], int]:
    """Return for each item the sum over all its holders, the outside among them."""
    total: Counter = Counter()
    for (item_kind, item, _, _), quantity in books.holdings.items():
        total[item_kind, item] += quantity
    return {item: n for item, n in total.items() if n}


@given(telling=tellings.tellings())
def test_every_item_sums_to_nothing(ledger, telling):
    assert sums(shelf.deliver(telling.batches, telling.crashes)) == {}


moves = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from(HOLDERS), st.sampled_from(HOLDERS)), min_size=1, max_size=12
)


@given(moves=moves, data=st.data())
def test_stock_that_moves_out_of_order_arrives_where_it_went(ledger, moves, data):
    pen = Pen(cast.DESK)
    entries = [pen.moved(n, cast.KITS, quantity, *ends) for n, (quantity, *ends) in enumerate(moves)]
    want: Counter = Counter()
    for quantity, giver, taker in moves:
        want[giver] -= quantity
        want[taker] += quantity
    telling = data.draw(tellings.deliveries(entries))
    books = shelf.deliver(telling.batches, telling.crashes)
    assert books.holdings == {(11, cast.KITS, *holder): n for holder, n in want.items() if n}


def test_less_than_nothing_is_shown_and_vanishes_when_the_missing_movement_comes(ledger):
    depot, kitchen = (STORE, cast.DEPOT), (STORE, cast.KITCHEN)
    pen = Pen(cast.DESK)
    arrived, handed_on = pen.moved(0, cast.RICE, 50, OUTSIDE, depot), pen.moved(5, cast.RICE, 50, depot, kitchen)
    early = shelf.deliver([[handed_on]])
    assert early.holdings == {(11, cast.RICE, *depot): -50, (11, cast.RICE, *kitchen): 50}
    late = shelf.deliver([[handed_on], [arrived]])
    assert late.holdings == {(11, cast.RICE, *kitchen): 50, (11, cast.RICE, *OUTSIDE): -50}


def test_a_tube_in_two_boxes_shows_in_the_holdings(ledger):
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    tube, first, second = cast.TUBES["T1"], cast.BOXES["B1"], cast.BOXES["B2"]
    books = shelf.deliver([[
        ayi.sealed(0, tube, cast.PERSONS["li"].id), ayi.boxed(5, first, tube), lao.boxed(7, second, tube)
    ]])  # fmt: skip
    of_tube = {tuple(holder): n for (kind, item, *holder), n in books.holdings.items() if (kind, item) == (3, tube)}
    assert of_tube == {OUTSIDE: -1, (4, first): 1, (4, second): 1, (JOURNAL, cast.LAO): -1}
