"""Whether the checks can fail: each planted fault must show in the books of one of three days."""

from __future__ import annotations

import random

import pytest

from tests import shelf
from tests.laws import test_together
from tests.laws.days import a_contested_day, a_plain_day, a_troubled_day
from tests.laws.planted import FAULTS, HURRIED


def damage() -> list[str]:
    """Return what is wrong with the books of three days, delivered in several ways, until something is."""
    for day in (a_contested_day, a_troubled_day, a_plain_day):
        if found := _damage(day()):
            return found
    return []


def _damage(entries: list) -> list[str]:
    want = shelf.expected(entries)
    out: list[str] = []
    for seed in range(5):
        order = list(entries)
        if seed:
            random.Random(seed).shuffle(order)
        size = (1, 4, 9, 2, len(order))[seed]
        out += shelf.differences(want, shelf.deliver([order[i : i + size] for i in range(0, len(order), size)]))
        if out:
            break
    return out


@pytest.fixture
def enrolled(database):
    shelf.enrol()


def test_without_a_fault_nothing_is_wrong(enrolled):
    assert damage() == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(enrolled, monkeypatch, fault):
    fault.plant(monkeypatch)
    assert damage()


@pytest.mark.parametrize("fault", HURRIED, ids=lambda fault: fault.name)
def test_a_missing_lock_is_caught(clone, monkeypatch, fault):
    wrong = []
    for name in test_together.meetings():
        for turned in (False, True):
            if not wrong:
                with clone(), monkeypatch.context() as patch:
                    shelf.enrol()
                    fault.plant(patch)
                    wrong += test_together.meet(name, turned)
    assert wrong
