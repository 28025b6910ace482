"""Journals of a day that come in late, twice, shuffled, cut, over a door that dies: the books are those of one day."""

from __future__ import annotations

import random

import httpx
import pytest

from tests.faults import books, checks, diary, wires
from tests.faults.doors import Door
from tests.faults.load import PATIENCE, Load

ROUNDS, KILLS, PHONES = (12, 12, 4) if checks.FULL else (1, 3, 3)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_sent_twice_shuffled_cut_and_over_a_killed_door(town, door: Door, number: int) -> None:
    """Each batch of the first sending goes out whole and its answer is never heard; the second one is heard."""
    print(f"FAULTS_SEED={checks.SEED}")
    urls, morning = town
    dice = random.Random(checks.SEED + number)
    phones = [*diary.street(morning, 2 * number, PHONES, dice.randrange(1000)),
              *diary.street(morning, 2 * number + 1, PHONES, dice.randrange(1000))]  # fmt: skip
    wanted, before = books.once_in_order(phones), books.read()
    assert wanted != before
    sent = [(cut, batch) for cut in (True, False) for phone in phones for batch in diary.batches(phone, dice)]
    dice.shuffle(sent)
    deaths = set(dice.sample(range(len(sent)), KILLS))
    with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
        for place, (cut, (phone, numbers)) in enumerate(sent):
            if cut:
                line = wires.connected(door.url)
                line.sendall(wires.request(phone, numbers))
                wires.cut(line, dice)
            else:
                diary.answered(client, door.url, phone, numbers)
            if place in deaths:
                door.kill()
                door.start()
    assert all(phone.acknowledged == set(phone.written) for phone in phones)
    books.same(books.read(), wanted)
    load = Load([door.url], phones)
    entries = checks.whole(urls, load)
    checks.report("phone journals", batches=len(sent), kills=KILLS, acknowledged=entries, differences=0)
