"""Plays what work packs declare: phones open duties, take them on and end them, as people would. Over HTTP alone.

Nothing of a kind is known here but what the pack says of it: its forms, its stages, what can be done. What becomes of a
duty and when follows from its name and the seed, so that phones that see the same one agree.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

#: Entries about one kind in a whole exercise: what is owed to every household of a large town stays open in part.
MOST = 6_000
#: Entries of one request.
BATCH = 500
#: Of all duties: left as they are, ended with a reason, set aside.
LEFT, EXCUSED, DEFERRED = 0.05, 0.02, 0.03
#: A late one takes so many times as long.
LATE_BY = 4.0


@dataclass(frozen=True)
class Play:
    """How a kind is played; the numbers are those that its declaration gives."""

    per_thousand: float = 0
    taken_min: float = 30
    done_min: float = 120
    late_share: float = 0.05
    refused_share: float = 0.0
    fields: Mapping[str, Any] = field(default_factory=dict)
    to: int = 0
    """Rank of the stage to which a day takes it; 0: to the end."""


@dataclass(frozen=True)
class Fate:
    """What becomes of one duty: its word ("" to the end, "left", "refused", "excused", "deferred"), and its times."""

    word: str
    taken: datetime
    done: datetime

    def at(self, stage: int, final: int) -> datetime:
        """Return when a stage is reached."""
        return self.taken + (self.done - self.taken) * ((stage - 1) / max(1, final - 1) if final > 1 else 1.0)


def fate(key: str, play: Play, opened_at: datetime, seed: int) -> Fate:
    """Decide what becomes of a duty; the same for everybody who asks."""
    dice = random.Random(f"{seed}/{key}")
    chance, words = dice.random(), []
    for word, share in (
        ("left", LEFT), ("excused", EXCUSED), ("deferred", DEFERRED), ("refused", play.refused_share),
    ):  # fmt: skip
        words.append((word, share))
    word = ""
    for name, share in words:
        if chance < share:
            word = name
            break
        chance -= share
    taken = opened_at + timedelta(minutes=dice.expovariate(1 / max(1.0, play.taken_min)))
    slow = LATE_BY if dice.random() < play.late_share else 1.0
    rest = dice.expovariate(1 / max(1.0, play.done_min - play.taken_min)) * slow
    return Fate(word, taken, taken + timedelta(minutes=rest))


def filled(fields: Iterable[Mapping[str, Any]], given: Mapping[str, Any], at: datetime, key: str) -> dict[str, Any]:
    """Return what somebody writes into a form: what the play gives, else one of the choices, else a few words."""
    dice, out = random.Random(f"{key}/{at.isoformat()}"), {}
    for one in fields:
        when = one["when"]
        if when is not None and out.get(when[0]) not in when[1]:
            continue
        if one["name"] in given:
            value = given[one["name"]]
            out[one["name"]] = _meant(dice.choice(value) if isinstance(value, list) else value, at, key)
        elif one["required"] or one["default"] is not None:
            out[one["name"]] = _value(one, dice, at)
    return out


def _meant(value: Any, at: datetime, key: str) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith("+") and value.endswith("h"):
        return (at + timedelta(hours=float(value[1:-1]))).isoformat()
    return value.replace("{subject}", key.split("/")[-2]) if "{subject}" in value else value


def _value(one: Mapping[str, Any], dice: random.Random, at: datetime) -> Any:
    kind, default = one["type"], one["default"]
    if kind == "int":
        return int(default) if default is not None else max(1, one["least"] or 1)
    if default is not None:
        return default
    if kind == "choice":
        return dice.choice(one["choices"])["name"]
    if kind == "choices":
        return [dice.choice(one["choices"])["name"]]
    values = {"bool": True, "date": at.date().isoformat(), "time": (at + timedelta(hours=3)).isoformat()}
    return values.get(kind, "演练")


@dataclass
class Phone:
    """One device: enrolled with a token, it asks for its pack and posts entries."""

    client: httpx.Client
    token: str
    opens: bool = True
    """Whether it opens duties; of two phones of an area one does."""
    journal: int = 0
    number: int = 0
    key: str = ""
    refused: int = 0
    have: dict[str, str] = field(default_factory=dict)

    def enrol(self) -> None:
        """Turn the token into a journal and its key."""
        told = self._asked("POST", "/field/enrol", {"token": self.token})
        self.journal, self.key = told["journal"], told["key"]

    def pack(self) -> dict[str, Any]:
        """Return the work pack as it is now, without the buildings that came before."""
        told = self._asked("POST", "/field/pack", {"have": self.have})
        self.have |= {str(leaf["area"]): leaf["digest"] for leaf in told["leaves"]}
        return told

    def post(self, entries: Sequence[dict[str, Any]]) -> None:
        """Send entries, numbered in their order."""
        for n in range(0, len(entries), BATCH):
            part = []
            for entry in entries[n : n + BATCH]:
                self.number += 1
                part.append({"n": self.number, "v": 1, "offset_ms": 0} | entry)
            told = self._asked("POST", "/field/journal", {"incarnation": None, "entries": part})
            self.refused += sum(row["status"] == "refused" for row in told["entries"])

    def _asked(self, method: str, path: str, body: Any) -> Any:
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        reply = self.client.request(method, path, content=msgspec.json.encode(body), headers=headers)
        reply.raise_for_status()
        return reply.json()


@dataclass
class Crew:
    """The phones that play declared kinds. ``start`` to ``end``: the day; ``people``: of the whole town."""

    phones: Sequence[Phone]
    plays: Mapping[str, Play]
    start: datetime
    end: datetime
    people: int
    seed: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def close(self) -> None:
        """Let go of the connections."""
        for phone in self.phones:
            phone.client.close()

    def enrol(self) -> None:
        """Enrol all of them."""
        for phone in self.phones:
            phone.enrol()

    def open(self) -> int:
        """Open what is opened by hand; return how many duties that are."""
        opened = 0
        for phone in self.phones:
            if not phone.opens:
                continue
            pack = phone.pack()
            entries = [entry for work in pack["works"] for entry in self._opened(work, pack, phone)]
            phone.post(sorted(entries, key=lambda entry: entry["at"]))
            opened += len(entries)
        return opened

    def _opened(self, work: Mapping[str, Any], pack: Mapping[str, Any], phone: Phone) -> list[dict[str, Any]]:
        play, opening = self.plays.get(work["kind"]), work["opening"]
        if play is None or opening is None or not play.per_thousand:
            return []
        dice = random.Random(f"{self.seed}/{work['kind']}/{pack['name']}")
        lived = {person["household"]: leaf["area"] for leaf in pack["leaves"] for person in leaf["persons"]}
        homes = [(home, area) for home, area in sorted(lived.items(), key=lambda row: row[0] or 0) if home]
        places = [(area["id"], area["id"]) for area in pack["areas"]][-400:]
        there = homes if work["subject"] == "household" else places if work["subject"] == "area" else []
        lives = sum(len(leaf["persons"]) for leaf in pack["leaves"]) or self.people
        n = play.per_thousand * lives / 1000
        n = int(n) + (dice.random() < n - int(n))
        out = []
        for _ in range(n if there else 0):
            subject, area = dice.choice(there)
            at = self.start + (self.end - self.start) * (0.6 * dice.random())
            said = filled(opening["fields"], play.fields, at, f"{work['kind']}/{subject}")
            minutes = opening["within"].get(said.get(opening["variant"], ""))
            if opening["due"] and minutes is not None:
                said.setdefault(opening["due"], (at + timedelta(minutes=minutes)).isoformat())
            body = {"campaign": work["campaign"], "subjects": [subject], **said}
            out.append({"kind": opening["step"], "at": at.isoformat(), "area": area, "body": body})
        return out

    def go_on(self) -> int:
        """Let each phone in turn do what it can to what is open in its pack; return how many entries that were."""
        done = 0
        for phone in self.phones:
            pack = phone.pack()
            works = {work["kind"]: work for work in pack["works"]}
            entries = [entry for one in pack["owed"] for entry in self._within(works[one["kind"]], one)]
            phone.post(sorted(entries, key=lambda entry: entry["at"]))
            done += len(entries)
        return done

    def _within(self, work: Mapping[str, Any], one: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what is done to a duty, as long as no more of its kind was done than a day has time for."""
        if self.done[one["kind"]] >= MOST:
            return []
        found = self._taken(work, one)
        self.done[one["kind"]] += len(found)
        return found

    def _taken(self, work: Mapping[str, Any], one: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what one phone does to one duty: acts from stage to stage, until one is for somebody else."""
        play = self.plays.get(work["kind"])
        if play is None or one["mark"] or one["opened_at"] is None:
            return []
        key = f"{one['campaign']}/{one['kind']}/{one['subject']}/{one['occasion']}"
        told = fate(key, play, datetime.fromisoformat(one["opened_at"]), self.seed)
        body = {"campaign": one["campaign"], "subjects": [one["subject"]], "occasion": one["occasion"]}

        def entry(act: Mapping[str, Any], at: datetime, more: Mapping[str, Any]) -> dict[str, Any]:
            known = play.fields | {k: v for k, v in one["said"].items() if k in _fixed(act)}
            said = filled(act["fields"], known, at, key)
            return {"kind": act["step"], "at": at.isoformat(), "area": one["area"], "body": body | more | said}

        if told.word:
            act = next((act for act in work["acts"] if act["step"] == f"duty.{told.word}"), None)
            able = act is not None and not one["stage"] and told.taken < self.end
            return [entry(act, told.taken, {"duty": one["kind"]})] if act is not None and able else []
        out, stage, mine = [], one["stage"], set(one["mine"])
        final = play.to or len(work["stages"]) - 1
        while stage < final:
            act = next(
                (act for act in work["acts"] if act["does"] == "advances" and act["to"] > stage
                 and (not act["stages"] or stage in act["stages"])), None,
            )  # fmt: skip
            at = told.at(act["to"], final) if act else self.end
            if act is None or act["to"] > final or at >= self.end or work["stages"][act["to"]]["not_by"] in mine:
                break
            out.append(entry(act, at, {}))
            stage = act["to"]
            mine.add(stage)
        return out


def _fixed(act: Mapping[str, Any]) -> set[str]:
    """Fields that the campaign may have fixed: those with a value of their own already."""
    return {one["name"] for one in act["fields"] if one["default"] is not None and one["type"] in ("int", "fixed")}


def crew(
    url: str, tokens: Sequence[tuple[str, bool]], plays: Mapping[str, Mapping[str, Any]], start: datetime,
    end: datetime, people: int, seed: int, say: Callable[[str], None],
) -> Crew:  # fmt: skip
    """Return enrolled phones. ``tokens``: each with whether it opens duties; ``plays``: by kind, as declared."""
    client = httpx.Client(base_url=url, timeout=75, trust_env=False)
    made = Crew(
        [Phone(client, token, opens) for token, opens in tokens],
        {kind: Play(**play) for kind, play in plays.items()}, start, end, people, seed,
    )  # fmt: skip
    made.enrol()
    say(f"演练手机 phones of declared kinds: {len(made.phones)}")
    return made
