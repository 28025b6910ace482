"""A day without network comes in at once: two thousand phones, each with 300 entries, back within one minute.

Each phone kept 30 sealed tubes of ten and 270 single entries. It sends them as the app does (phone/src/journal): 200
entries a request, the next as soon as the last is answered, 30 seconds of patience, the door's Retry-After or a wait
that doubles. Real HTTP to a served folder with the district's duties, generator and server on the same cores; bodies
are made before the clock starts. Beside it: the same entries through the intake by one process, on another folder.
"""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import common
import msgspec
import verify

PHONES, TUBES, SPREAD_S = 2_000, 30, 60.0
#: Persons whom a phone looks after: seven buildings, half a compound. The first 300 are sampled.
PERSONS, SAMPLED = 525, 300
#: What a phone writes besides tubes.
SINGLES = {
    "swab.called": 110, "duty.deferred": 70, "duty.refused": 25, "antigen.reported": 25, "duty.excused": 20,
    "device.reported": 8, "person.found": 6, "labels.issued": 3, "entry.voided": 3,
}  # fmt: skip
ENTRIES = TUBES + sum(SINGLES.values())
#: The app's: entries a request (phone/src/journal/upload.ts), and seconds until it takes the door for gone.
BATCH, PATIENCE = 200, 30.0
#: Entries of one batch of the intake by itself: what the door gathers at most.
POSTED = 2_000
MINUTES = 10
POLITE = (429, 503)
Wire = dict[str, Any]


def main() -> None:
    """Measure, and print the JSON."""
    parser = common.parser(__doc__ or "")
    parser.add_argument("--phones", type=int, help=f"phones (default {PHONES:,})")
    parser.add_argument("--people", type=int, help="persons owed in the round")
    parser.add_argument("--spread", type=float, help="seconds within which all come back")
    options = parser.parse_args()
    phones = options.phones or (60 if options.short else PHONES)
    people = max(options.people or (40_000 if options.short else 1_100_000), (phones + 1) // 2 * 2 * PERSONS)
    spread = options.spread or (2.0 if options.short else SPREAD_S)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, phones + 500)), hard))
    with common.ledger() as folder:
        from bulou.config.supervisor import running

        round_, _ = common.open_round(1, people)
        crowd = [phone(round_, n) for n in range(phones)]
        common.say(f"{people:,} duties, {phones:,} phones with {ENTRIES} entries each")
        with running(folder) as served:
            door = served.children["door"].pid
            with common.Watched(5.0, door=door, database=common.postmaster(folder)) as memory:
                day = asyncio.run(Crowd(int(served.url.rsplit(":", 1)[1]), crowd, spread).come())
        common.say(f"all came in within {day.seconds:.0f} s; verifying")
        absent = missing(crowd)
        violations = verify.verified(folder)[-1]
    with common.ledger() as folder:
        round_, _ = common.open_round(1, people)
        common.say("the same entries through the intake by itself")
        direct = posted(round_, phones)
    report(people, phones, day, direct, memory.peak, absent, violations)


def written(round_: common.Round, n: int, journal: int) -> list[Wire]:
    """Return the entries of the n-th phone's day: the same for the same journal."""
    from bulou.ledger.check_digit import label

    dice = random.Random(n)
    first = n * PERSONS
    persons = range(round_.first + first, round_.first + first + PERSONS)
    rest = persons[SAMPLED:]
    campaign = {"campaign": round_.campaign}
    said: list[tuple[str, int, Wire]] = []

    def say(kind: str, person: int, /, **body: Any) -> None:
        said.append((kind, common.building_of(person - round_.first), body))

    def word(kind: str, person: int, reason: str, **body: Any) -> None:
        say(kind, person, **campaign, duty="swab", subjects=[person], reason=reason, **body)

    for i in range(TUBES):
        inside = persons[10 * i : 10 * i + 10]
        number = label(10**7 + n * TUBES + i)
        say("tube.sealed", inside[0], **campaign, tube=number, mode="pooled", persons=list(inside))
    until = (common.OPENED + timedelta(hours=20)).isoformat()
    for i, person in enumerate(dice.sample(range(PERSONS - 4), SINGLES["swab.called"])):
        say("swab.called", persons[person], **campaign, persons=list(persons[person : person + 1 + i % 4]))
    # Half of those who were away came down later.
    away = [*dice.sample(persons[:SAMPLED], SINGLES["duty.deferred"] // 2)]
    others = dice.sample(rest, SINGLES["duty.deferred"] - len(away) + SINGLES["duty.refused"] + SINGLES["duty.excused"])
    for person in [*away, *others[: SINGLES["duty.deferred"] - len(away)]]:
        word("duty.deferred", person, "away", until=until)
    for person in others[-SINGLES["duty.refused"] - SINGLES["duty.excused"] : -SINGLES["duty.excused"]]:
        word("duty.refused", person, "refuses")
    for person in others[-SINGLES["duty.excused"] :]:
        word("duty.excused", person, "in_hospital", evidence="病区电话确认")
    for person in dice.sample(persons, SINGLES["antigen.reported"]):
        say("antigen.reported", person, person=person, value="positive" if dice.random() < 0.01 else "negative")
    for i in range(SINGLES["person.found"]):
        say("person.found", rest[i], **campaign, name=f"来客{i}")
    for i in range(SINGLES["device.reported"]):
        say("device.reported", rest[0], battery_pct=90 - 9 * i, unsent=30 * i, app="bulou-phone 0.1")
    for i in range(SINGLES["labels.issued"]):
        low = 10**8 + n * 100 + i * 10
        say("labels.issued", rest[0], **{"from": label(low), "to": label(low + 9)})
    dice.shuffle(said)
    calls = [number for number, (kind, _, _) in enumerate(said, 1) if kind == "swab.called"]
    for number in dice.sample(calls, SINGLES["entry.voided"]):
        said.append(("entry.voided", said[number - 1][1], {"journal": journal, "number": number, "reason": "按错"}))
    return [
        {"n": number, "kind": kind, "v": 1, "at": moment(number).isoformat(), "area": area, "body": body}
        for number, (kind, area, body) in enumerate(said, 1)
    ]


def moment(number: int) -> datetime:
    """Return when a phone writes its entry of this number: 300 entries in nine hours."""
    return common.OPENED + timedelta(hours=1, seconds=108 * number)


@dataclass
class Phone:
    """One device: its key, its requests without their heads, and which of its entries are confirmed."""

    journal: int
    key: str
    batches: list[bytes]
    confirmed: set[int] = field(default_factory=set)
    incarnation: str | None = None


def phone(round_: common.Round, n: int) -> Phone:
    """Enrol the n-th phone for its compound, and write its day."""
    journal, key = enrolled(round_, n)
    wire = written(round_, n, journal)
    assert len(wire) == ENTRIES
    cut = [wire[low : low + BATCH] for low in range(0, len(wire), BATCH)]
    return Phone(journal, key, [msgspec.json.encode(entries) for entries in cut])


def enrolled(round_: common.Round, n: int) -> tuple[int, str]:
    """Enrol a phone for the compound of its persons."""
    from bulou.ledger.areas import ancestor

    return common.enrol(f"phone {n}", "phone", ancestor(common.building_of(n * PERSONS), 4))


@dataclass
class Day:
    """What the crowd was told. ``taken`` and ``refused`` are seconds of a request; ``failures`` by what went wrong."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    polite: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    done: list[float] = field(default_factory=list)


class Crowd:
    """Phones that come back within a minute and send until all is confirmed."""

    def __init__(self, port: int, phones: list[Phone], spread: float):
        self.port, self.phones, self.spread = port, phones, spread
        self.day, self.chance = Day(), random.Random(2022)
        self.answer = msgspec.json.Decoder().decode

    async def come(self) -> Day:
        """Let every phone send; return what happened."""
        self.begin = time.perf_counter()
        starts = [self.chance.random() * self.spread for _ in self.phones]
        await asyncio.gather(*map(self._one, self.phones, starts))
        self.day.seconds = max(self.day.done)
        return self.day

    async def _one(self, phone: Phone, start: float) -> None:
        await asyncio.sleep(start)
        failures, line = 0, Line(self.port, phone.key)
        for batch in phone.batches:
            while True:
                wait, fault = await self._send(phone, line, batch)
                if wait is None and not fault:
                    break
                if fault:
                    self.day.failures[fault] += 1
                await asyncio.sleep(delay(failures, wait, self.chance.random()))
                failures += 1
            failures = 0
        line.close()
        self.day.done.append(time.perf_counter() - self.begin)

    async def _send(self, phone: Phone, line: Line, batch: bytes) -> tuple[float | None, str]:
        """Send a batch once; return the wait that the door asks for and what went wrong; neither when it was taken."""
        head = b'{"incarnation":' + msgspec.json.encode(phone.incarnation) + b',"entries":'
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, retry, content = await line.post(head, batch, b"}")
        except TimeoutError:
            line.close()
            return None, "no answer in 30 s"
        except (OSError, asyncio.IncompleteReadError) as error:
            line.close()
            return None, type(error).__name__
        took = time.perf_counter() - began
        if status != 200:
            self.day.refused.append(took)
            if status not in POLITE or not retry:
                return retry, str(status)
            self.day.polite[status] += 1
            return retry, ""
        self.day.taken.append(took)
        told = self.answer(content)
        phone.incarnation = told["incarnation"]
        for entry in told["entries"]:
            if entry["status"] in ("kept", "repeated"):
                phone.confirmed.add(entry["n"])
            else:
                self.day.failures[f"entry {entry['status']} {entry['code']}"] += 1
        return None, ""


def delay(failures: int, retry_s: float | None, chance: float) -> float:
    """Return the seconds that the app waits: ``delay`` of phone/src/journal/upload.ts."""
    if retry_s is not None:
        return retry_s * (1 + chance / 2)
    return min(300.0, 2.0 * 2**failures) * (0.5 + chance / 2)


class Line:
    """One kept connection to the door, opened when it is needed."""

    def __init__(self, port: int, key: str):
        self.port, self.writer = port, None
        self.head = (
            f"POST /field/journal HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer {key}\r\nContent-Length: ".encode()
        )

    async def post(self, *parts: bytes) -> tuple[int, float | None, bytes]:
        """Send one request; return its status, its Retry-After and the content."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.writelines((self.head, str(sum(map(len, parts))).encode(), b"\r\n\r\n", *parts))
        await self.writer.drain()
        first, *fields = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().splitlines()
        told = dict(line.split(": ", 1) for line in fields if line)
        content = await self.reader.readexactly(int(told["content-length"]))
        return int(first.split(" ")[1]), float(told.get("retry-after", 0)) or None, content

    def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None


def missing(crowd: list[Phone]) -> int:
    """Return how many confirmed entries the ledger does not hold, or holds beside another content or as refused."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT journal, array_agg(number) FROM ledger_entry WHERE refusal IS NULL GROUP BY journal")
        held = {journal: Counter(numbers) for journal, numbers in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM ledger_variant")
        beside = cursor.fetchone()[0]
    return beside + sum(held.get(one.journal, Counter())[n] != 1 for one in crowd for n in one.confirmed)


def posted(round_: common.Round, phones: int) -> float:
    """Return the entries a second of the same days, posted by one process in batches as large as the door's."""
    from bulou.ledger import intake

    seconds, entries, at = 0.0, 0, common.OPENED + timedelta(hours=12)
    for low in range(0, phones, POSTED // BATCH):
        group = [list(day_of(round_, n)) for n in range(low, min(phones, low + POSTED // BATCH))]
        for part in range(0, ENTRIES, BATCH):
            batch = [entry for one in group for entry in one[part : part + BATCH]]
            started = time.perf_counter()
            receipts = intake.post(batch, at)
            seconds += time.perf_counter() - started
            entries += len(batch)
            bad = [receipt for receipt in receipts if receipt.status != "kept"]
            if bad:
                raise RuntimeError(f"not kept: {bad[0]}")
    return entries / seconds


def day_of(round_: common.Round, n: int) -> Iterator[Any]:
    """Yield the entries of the n-th phone as the door hands them on."""
    from bulou.ledger.effects import Entry

    journal, _ = enrolled(round_, n)
    for wire in written(round_, n, journal):
        at = datetime.fromisoformat(wire["at"])
        yield Entry(journal, wire["n"], wire["kind"], at, wire["area"], wire["body"])


def quantile(seconds: list[float], share: float) -> float | None:
    """Return the seconds below which ``share`` of the requests lie."""
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else None


def report(
    people: int, phones: int, day: Day, direct: float, memory: dict[str, int], absent: int, violations: int
) -> None:
    """Print the figures and what they are held to."""
    entries, minutes = phones * ENTRIES, round(day.seconds / 60, 2)
    failures = sum(day.failures.values())
    rate = entries / day.seconds
    common.finish("field_day", {
        "duties": people, "phones": phones, "entries": entries, "sampled": phones * SAMPLED,
        "minutes_to_all_confirmed": minutes, "half_of_the_phones_done_s": quantile(day.done, 0.5),
        "entries_per_s": round(rate), "direct_entries_per_s": round(direct), "door_to_direct": round(rate / direct, 3),
        "request_p50_s": quantile(day.taken, 0.5), "request_p99_s": quantile(day.taken, 0.99),
        "polite_refusals": sum(day.polite.values()), "refusal_p50_s": quantile(day.refused, 0.5),
        "refusal_p99_s": quantile(day.refused, 0.99), "failures": dict(day.failures) or 0,
        "confirmed_and_not_held": absent, "peak_pss_mib": memory, "violations": violations,
    }, [
        common.target(f"minutes until all of {phones:,} phones are confirmed", minutes, f"<= {MINUTES}",
                      minutes <= MINUTES),
        common.target("failures other than a polite 429 or 503", failures, "0", failures == 0),
        common.target("confirmed entries that are not held once", absent, "0", absent == 0),
        common.target("violations", violations, "0", violations == 0),
        common.target("entries through the door to those through the intake alone", round(rate / direct, 3),
                      "reported", True),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
