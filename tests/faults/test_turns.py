"""Streets take turns at the door, and a flood from one leaves room for the others."""

import asyncio
import threading
import time

import pytest

from bulou.field.batcher import Threads
from bulou.field.fair_queue import FairQueue
from bulou.field.problems import Problem


def test_a_street_in_a_flood_does_not_keep_another_waiting() -> None:
    turns: FairQueue[str] = FairQueue(20_000, 20_000)
    for _ in range(100):
        turns.put(1, 1, 100, "flood")
    for _ in range(3):
        turns.put(2, 2, 5, "calm")
    taken = [turns.take()[1] for _ in range(5)]
    assert taken.count("calm") == 3


def test_a_device_in_a_flood_does_not_keep_its_own_street_waiting() -> None:
    turns: FairQueue[str] = FairQueue(1_000, 100)
    turns.put(1, 7, 90, "flood")
    with pytest.raises(Problem) as refused:
        turns.put(1, 7, 11, "flood")
    assert refused.value.code == 429
    turns.put(1, 8, 1, "its neighbour")
    turns.put(1, 7, 10, "what is left of its share")
    size, _ = turns.take()
    with pytest.raises(Problem):
        turns.put(1, 7, 1, "while the first is posted")
    turns.done(1, 7, size)
    turns.put(1, 7, 90, "again")
    assert turns.held == 101


def test_turns_count_entries_and_not_requests() -> None:
    turns: FairQueue[str] = FairQueue(100_000, 100_000)
    for _ in range(10):
        turns.put(1, 1, 1_000, "large")
    for _ in range(1_000):
        turns.put(2, 2, 1, "small")
    taken = [turns.take()[1] for _ in range(1_002)]
    assert taken.count("small") == 1_000  # a thousand small ones are no more than one large one


def test_a_street_that_rests_saves_no_turns_up() -> None:
    turns: FairQueue[str] = FairQueue(100_000, 100_000)
    turns.put(2, 2, 1, "early")
    turns.take()
    for _ in range(50):
        turns.put(1, 1, 10, "flood")
    for _ in range(20):
        turns.take()
    for _ in range(30):
        turns.put(2, 2, 10, "late")
    taken = [turns.take()[1] for _ in range(20)]
    assert taken.count("flood") in (9, 10, 11)


def test_a_full_queue_still_takes_in_a_street_below_its_share() -> None:
    turns: FairQueue[str] = FairQueue(1_000, 1_000)
    for _ in range(10):
        turns.put(1, 1, 100, "flood")
    with pytest.raises(Problem) as refused:
        turns.put(1, 1, 1, "flood")
    assert refused.value.code == 429
    turns.put(2, 2, 500, "share")
    with pytest.raises(Problem):
        turns.put(2, 2, 1, "beyond its share")
    turns.put(3, 3, 300, "share")
    with pytest.raises(Problem):
        turns.put(4, 4, 201, "the queue is bounded for all together")
    assert turns.held == 1_800


def test_what_is_done_makes_room() -> None:
    turns: FairQueue[str] = FairQueue(10, 10)
    turns.put(1, 1, 10, "first")
    size, _ = turns.take()
    with pytest.raises(Problem):
        turns.put(1, 1, 1, "while the first is posted")
    turns.done(1, 1, size)
    turns.put(1, 1, 5_000, "alone, however large")
    assert turns.held == 5_000


def test_calls_that_wait_for_a_thread_are_bounded() -> None:
    async def crowd() -> list[object]:
        threads = Threads(1, "few", waiting=3)
        held = threading.Event()
        calls = [asyncio.create_task(threads.run(held.wait, 30)) for _ in range(5)]
        done, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        refused = [call.exception() for call in done]
        held.set()
        told = await asyncio.gather(*calls, return_exceptions=True)
        assert await threads.run(time.monotonic) > 0  # there is room again
        await asyncio.to_thread(threads.close)
        return [len(refused), *told]

    count, *told = asyncio.run(crowd())
    assert count in (1, 2)
    assert sorted(type(one).__name__ for one in told) == ["Problem", "Problem", "bool", "bool", "bool"]
