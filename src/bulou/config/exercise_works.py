"""Declared kinds in an exercise: what command opens, what desks do between the phones, the figures of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bulou.config import exercise_openings
from bulou.config.exercise_openings import register
from bulou.ledger.areas import span

#: So many are read of one kind: an exercise has no more of what is worked one by one.
MOST = 200_000
#: Phones and desks take turns; a transfer has four: told and placed, fetched, admitted, and what follows of a contact.
TURNS = 4
Said = tuple[str, datetime, int, dict[str, Any]]


def play(
    url: str, phones: Sequence[Any], district: int, start: datetime, end: datetime, people: int, seed: int,
    say: Callable[[str], None],
) -> dict[str, int]:  # fmt: skip
    """Play all declared kinds; return how many were opened and how many entries phones and desks wrote.

    Parameters:
        phones: device plans of the day's phones; each area has two phones of each role that carries a kind there.
    """
    from bulou.rehearsal import duties
    from bulou.ui.room import works

    if not any(work.play for work in works().values()):
        return {}
    units = register(district, people, start)
    plays = {work.name: _play(work, units) for work in works().values() if work.play}
    covered = cover(district, start, say)
    tokens = offer(phones, district, start, end)
    crew = duties.crew(url, [token for token, _role in tokens], plays, start, end, people, seed, say)
    given: dict[str, list[int]] = {}
    for phone, (_token, role) in zip(crew.phones, tokens, strict=True):
        given.setdefault(role, []).append(phone.journal)
    try:
        done = {"covered": covered, "opened": crew.open(), "phones": 0, "desks": 0}
        done |= exercise_openings.open_all(district, given.get("inspector", ()), start, end, seed)
        for _turn in range(TURNS):
            said, told = desks(district, given, start, end, seed, units), crew.go_on()
            done["desks"] += said
            done["phones"] += told
            if not said + told:
                break
    finally:
        crew.close()
    done["refused"] = sum(phone.refused for phone in crew.phones)
    say(f"应办各类 declared kinds: {done}")
    return done


def cover(district: int, at: datetime, say: Callable[[str], None]) -> int:
    """Open every covered kind over the district, as command does; return how many owe something by it."""
    from django.contrib.auth.models import User

    from bulou.command.work import covering
    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.ui.desk_journal import writer
    from bulou.ui.room import works

    n, user = 0, User.objects.order_by("pk").first()
    for work in works().values():
        if work.cover is None or user is None:
            continue
        with scoped(EVERYWHERE):
            owed = covering.owed_in(work, district)
            said = {one.name: one.default or one.least or 1 for one in work.cover.fields}
            if owed and {"store", "good"} <= {*said}:
                who = writer(user.pk, user.username, (span(district),), at)
                said |= supplied(district, owed * int(said.get("quantity", 1)), who, at)
            if owed:
                covering.open_(
                    work, work.duty.zh, district, said, owed, (user.pk, user.username), (span(district),), at
                )
        n += owed
        say(f"{work.duty.zh} {work.name}: {owed:,} owed")
    return n


def supplied(district: int, quantity: int, journal: int, at: datetime) -> dict[str, int]:
    """Enter a store of the district and a good, with a tenth more of it than will be handed out; return their numbers.

    What stands there under their codes already is used.
    """
    from bulou.ledger import journals
    from bulou.places import units
    from bulou.relief.stock import registry
    from bulou.relief.stock.models import Good
    from bulou.relief.stock.vocabulary import KINDS
    from bulou.relief.units import STORE

    by, code = "demo", f"STORE-{district >> 39}"
    known, goods = units.coded([code]), registry.coded(["PARCEL"])
    store = known[code].id if code in known else units.add(
        [units.Unit(0, STORE.code, district, "区物资总仓", code)], by, at)[0]  # fmt: skip
    made = Good(name="生活物资包", name_en="household parcel", code="PARCEL", kind=KINDS[0].name, unit="份")
    good = goods["PARCEL"].pk if "PARCEL" in goods else registry.save([(None, made)], by, at)[0]
    body = {"store": store, "source": "allocated", "party": "市级调拨",
            "items": [{"good": good, "quantity": quantity + quantity // 10}]}  # fmt: skip
    journals.append(journal, [("stock.received", at, district, body)], at)
    return {"store": store, "good": good}


def offer(phones: Sequence[Any], district: int, start: datetime, end: datetime) -> list[tuple[tuple[str, bool], str]]:
    """Offer enrolment to the phones that play; return ((token, opens), role) of each."""
    from bulou.field.actions import offer_enrolment
    from bulou.field.roles import ROLES
    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.ui.room import works

    carried = {role: [w for w in works().values() if role in w.phones] for role in ROLES}
    out: list[tuple[tuple[str, bool], str]] = []
    with scoped(EVERYWHERE):
        for role, kinds in carried.items():
            if not kinds or (role == "deliverer" and carried.get("volunteer")):
                continue  # the volunteers' phones carry the same
            people = ROLES[role].people
            areas = (
                [tuple(map(span, one.areas)) for one in phones if one.kind == "phone"]
                if people
                else [(span(district),)]
            )
            for n, ranges in enumerate(areas):
                for pair in (1, 2):
                    token = offer_enrolment(
                        f"{ROLES[role].zh} {n + 1}-{pair}", "phone", ranges, end + timedelta(days=1), "demo", start,
                        role=role,
                    )  # fmt: skip
                    out.append(((token, pair == 1), role))
    return out


def _play(work: Any, units: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return how a kind is played, with the units of the exercise where its forms name any."""
    play = asdict(work.play)
    to = work.duty.stage(work.play.to) if work.play.to else 0
    return play | {"to": to, "fields": play["fields"] | units.get(work.name, {})}


def desks(
    district: int, given: Mapping[str, Sequence[int]], start: datetime, end: datetime, seed: int,
    units: Mapping[str, Mapping[str, Any]] | None = None,
) -> int:  # fmt: skip
    """Do what no phone does to what is open, as desks would; return how many entries that were.

    Parameters:
        given: the phones of each role, to which work is given.
    """
    from bulou.ledger import clock, journals
    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.ui.room import works

    desk, _ = journals.enrol("各专班", "desk", (span(district),), start, end + timedelta(days=1))
    wrote = 0
    for work in works().values():
        if work.play is None or work.covered:
            continue
        with scoped(EVERYWHERE):
            said = sorted(
                _said(work, [one for role in work.phones for one in given.get(role, ())], end, seed, units or {}),
                key=lambda row: row[1],
            )
        for n in range(0, len(said), 500):
            receipts = journals.append(desk, said[n : n + 500], clock.now())
            if wrong := next((row for row in receipts if row.status != "kept"), None):
                raise RuntimeError(
                    f"{work.name}: an entry of the desk was {wrong.status} ({wrong.code}, {wrong.field})"
                )
        wrote += len(said)
    return wrote


def _said(
    work: Any, given: list[int], end: datetime, seed: int, units: Mapping[str, Mapping[str, Any]]
) -> Iterator[Said]:
    from bulou.command.work import reads, rules
    from bulou.field.works import field_of
    from bulou.ledger.scope import EVERYWHERE
    from bulou.rehearsal import duties

    told = duties.Play(**_play(work, units))
    last = told.to or work.duty.final
    found, _more = reads.listed(work, EVERYWHERE, reads.Asked(), end, limit=MOST)
    for n, row in enumerate(found):
        key = f"{row.campaign}/{work.name}/{row.subject}/{row.occasion}"
        if row.mark or row.opened_at is None:
            continue
        fate = duties.fate(key, told, row.opened_at, seed)
        stage, body = row.stage, {"campaign": row.campaign, "subjects": [row.subject], "occasion": row.occasion}
        while not fate.word and stage < last and (act := rules.act_at(work, stage)) is not None:
            step = next(step for step in work.steps if step.name == act.step)
            to = work.duty.stage(step.to)
            at = fate.at(to, last)
            if to > last or at >= end:
                break
            if act.phone and work.phones:
                if work.where == "given" and not row.given and given:
                    at = fate.at(max(1, stage), last) + timedelta(seconds=1)
                    gives = {"duty": work.name, "to_kind": 6, "to": given[n % len(given)]}
                    yield "duty.given", at, row.area, body | gives
                break
            yield (
                step.name,
                at,
                row.area,
                body | duties.filled((field_of(one, {}) for one in step.fields), told.fields, at, key),
            )
            stage = to


def figures(now: datetime) -> dict[str, dict[str, int]]:
    """Return of every kind of duty how many are owed, done, open, excused, and of the open ones how many are late."""
    from bulou.command.work import reads
    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.ledger.vocabulary import REGISTRY
    from bulou.ui.figures import rows
    from bulou.ui.room import Work, works

    with scoped(EVERYWHERE):
        counted = {
            row[0]: row[1:] for row in rows(
                "SELECT kind, sum(frozen + added)::bigint, sum(done)::bigint, sum(open)::bigint, sum(excused)::bigint"
                " FROM ledger_counter GROUP BY kind"
            )
        }  # fmt: skip
        out = {}
        for kind in REGISTRY.duties.values():
            owed, done, open_, excused = counted.get(kind.code, (0, 0, 0, 0))
            work = works().get(kind.name) or Work(kind, None, (), (), ())
            late = sum(one.late for one in reads.counts(work, EVERYWHERE, 0, now)) if open_ else 0
            out[kind.name] = {"owed": owed, "done": done, "open": open_, "excused": excused, "late": late}
    return out
