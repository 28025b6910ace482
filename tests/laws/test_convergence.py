"""Law 1: the books are a function of the set of entries; order, repetition, batches and crashes leave no trace."""

from hypothesis import given
from hypothesis import strategies as st

from tests import shelf
from tests.laws import tellings


@given(telling=tellings.tellings())
def test_the_books_are_the_fold_of_the_entries(ledger, telling):
    got = shelf.deliver(telling.batches, telling.crashes)
    assert shelf.differences(shelf.expected(telling.entries), got) == []


@given(data=st.data())
def test_two_deliveries_give_the_same_books(ledger, data):
    entries = data.draw(tellings.entry_sets(most=16))
    one, other = (data.draw(tellings.deliveries(entries)) for _ in "ab")
    books = shelf.deliver(one.batches, one.crashes)
    assert shelf.differences(books, shelf.deliver(other.batches, other.crashes)) == []


@given(entries=tellings.entry_sets(), seed=st.randoms(use_true_random=False))
def test_the_plain_fold_does_not_see_the_order_either(entries, seed):
    shuffled = [*entries, *seed.sample(entries, len(entries) // 2)]
    seed.shuffle(shuffled)
    assert shelf.differences(shelf.expected(entries), shelf.expected(shuffled)) == []
