"""Uploads that arrive twice, in another order, cut short or with flipped bits: what is intact is never lost."""

from __future__ import annotations

import random
import threading

import httpx
import psycopg
import pytest

from tests.faults import checks
from tests.faults.doors import Door
from tests.faults.load import PATIENCE, Load, Phone, digest

DAMAGES = 400 if checks.FULL else 40


def test_twice_and_in_any_order(town, door: Door, dice: random.Random) -> None:
    """Each request goes out twice at once, its entries in two orders."""
    urls, morning = town
    phones = checks.phones(morning, 4, dice.randrange(1000))

    def send(phone: Phone, seed: int) -> None:
        order = random.Random(seed)
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            numbers = sorted(phone.written)
            order.shuffle(numbers)
            for start in range(0, len(numbers), 7):
                some = numbers[start : start + 7]
                reply = client.post(
                    f"{door.url}/field/journal",
                    content=phone.content([*some, *some[:2]]),
                    headers={"authorization": f"Bearer {phone.key}"},
                )
                assert reply.status_code == 200, reply.text
                assert {e["status"] for e in reply.json()["entries"]} <= {"kept", "repeated"}
                phone.ever |= set(some)

    for phone in phones:
        while len(phone.written) < 60:
            phone.write(8)
    threads = [threading.Thread(target=send, args=(phone, dice.random())) for phone in phones for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert all(phone.ever == set(phone.written) for phone in phones)
    checks.whole(urls, Load([door.url], phones))


def flip(content: bytes, dice: random.Random) -> bytes:
    """Turn one to three bits over."""
    damaged = bytearray(content)
    for _ in range(dice.randint(1, 3)):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def cut(content: bytes, dice: random.Random) -> bytes:
    """Leave the end away."""
    return content[: dice.randrange(len(content))]


@pytest.mark.parametrize("damage", [flip, cut])
def test_damaged_requests_lose_nothing(town, door: Door, dice: random.Random, damage) -> None:
    """A damaged request is refused whole or entry by entry; the phone then sends it as it was, and all of it is held.

    A flipped bit may leave another valid content behind (a person's id). Then both are kept under the number, and the
    smaller digest counts: no reader can tell which of the two is right, so neither is thrown away.
    """
    urls, morning = town
    (phone,) = checks.phones(morning, 1, dice.randrange(1000), first=dice.randrange(7))
    headers = {"authorization": f"Bearer {phone.key}"}
    told: list[int] = []
    with httpx.Client(base_url=door.url, timeout=PATIENCE, trust_env=False) as client:
        for _ in range(DAMAGES):
            before = len(phone.written)
            phone.write(6)
            numbers = list(range(before + 1, len(phone.written) + 1))
            content = phone.content(numbers)
            earlier = _held(
                urls.owner, phone.journal, numbers
            )  # a flip may have turned 62 into 72 long before 72 is written
            reply = client.post("/field/journal", content=damage(content, dice), headers=headers)
            told.append(reply.status_code)
            if reply.status_code == 200:
                assert all(e["status"] != "refused" or e["code"] for e in reply.json()["entries"])
            else:
                assert reply.status_code == 422, reply.text
                assert reply.json()["code"] == 422 and reply.json()["next"]
                assert _held(urls.owner, phone.journal, numbers) == earlier, "refused whole, and something was taken"
            again = client.post("/field/journal", content=content, headers=headers)
            assert again.status_code == 200, again.text
            assert not [e for e in again.json()["entries"] if e["status"] == "refused" and e["code"] == 112]
            held = _held(urls.owner, phone.journal, numbers)
            for n in numbers:
                assert digest(phone.journal, phone.written[n]) in held.get(n, set()), f"entry {n} is lost"
    assert 422 in told
    checks.clean(urls)


def _held(owner: str, journal: int, numbers: list[int]) -> dict[int, set[bytes]]:
    query = (
        "SELECT number, digest FROM ledger_entry WHERE journal = %(j)s AND number = ANY (%(n)s)"
        " UNION ALL SELECT number, digest FROM ledger_variant WHERE journal = %(j)s AND number = ANY (%(n)s)"
    )
    held: dict[int, set[bytes]] = {}
    with psycopg.connect(owner, autocommit=True) as connection:
        for number, kept in connection.execute(query, {"j": journal, "n": numbers}):
            held.setdefault(number, set()).add(bytes(kept))
    return held
