"""Generated tellings: sets of entries in which a few journals speak of the same few people, tubes, boxes and goods.

Small worlds on purpose: with four people, three tubes and minutes that often coincide, entries meet each other.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from bulou.ledger.effects import Entry
from bulou.ledger.intake import Report
from bulou.ledger.refusals import Refused
from tests import cast

P = [cast.PERSONS[name].id for name in ("gui", "li", "mei", "ding")]
T = [cast.TUBES[name] for name in ("T1", "T2", "T3")]
B = [cast.BOXES[name] for name in ("B1", "B2")]
AREAS = (cast.NO_1, cast.NO_1, cast.NO_1, cast.NO_2, cast.BRIDGE, cast.ESTATE)
LAST_MINUTE = 12
#: They answer for the bridge alone, and speak of everybody.
NEXT_DOOR = (cast.QIAO, cast.CLERK, cast.CLINIC)


@dataclass(frozen=True)
class Telling:
    """A set of entries (with repeats and rivals under one number), and one way in which they arrive."""

    entries: tuple[Any, ...]
    batches: tuple[tuple[Any, ...], ...]
    crashes: frozenset[int]


def some(values: list[int], most: int = 3) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


campaign = st.sampled_from((cast.ROUND, cast.ROUND, cast.ROUND, cast.ROUND, cast.SECOND_ROUND))
moment = st.integers(0, LAST_MINUTE).map(cast.minute)
value = st.sampled_from(("negative", "positive", "positive", "invalid"))


@st.composite
def sealings(draw) -> tuple[str, dict]:
    mode = draw(st.sampled_from(("pooled", "single", "household")))
    body = {"tube": draw(st.sampled_from(T)), "mode": mode, "persons": draw(some(P, 1 if mode == "single" else 3))}
    if mode == "single" and draw(st.booleans()):
        body["retest_of"] = draw(st.sampled_from(T))
    return "tube.sealed", body


@st.composite
def words(draw) -> tuple[str, dict]:
    word = draw(st.sampled_from(("deferred", "refused", "excused", "reopened")))
    duty = draw(st.sampled_from(("swab", "swab", "swab", "retest", "tube")))
    if duty == "tube":
        word = draw(st.sampled_from(("excused", "excused", "reopened", "refused")))
    body: dict[str, Any] = {"duty": duty, "subjects": draw(some(T if duty == "tube" else P, 2)), "reason": "refuses"}
    if duty == "retest":
        body["occasion"] = draw(st.sampled_from(T))
    if word == "deferred":
        body |= {"reason": "away", "until": draw(moment).isoformat()}
    if word == "excused":
        reason = "destroyed" if duty == "tube" else draw(st.sampled_from(("in_hospital", "moved_out")))
        body |= {"reason": reason, "evidence": draw(st.sampled_from(("seen", "seen", "seen", " ")))}
        if duty != "tube" and draw(st.integers(0, 2)) == 0:
            body |= {"reason": "same_person", "subjects": draw(some(P, 1)), "same_as": draw(st.sampled_from(P))}
    if word == "reopened" and draw(st.booleans()):
        return "duty.reviewed", body
    return f"duty.{word}", body


@st.composite
def movements(draw) -> tuple[str, dict]:
    holders = st.sampled_from(((7, cast.DEPOT), (7, cast.KITCHEN), (6, cast.AYI), (12, 0)))
    (from_kind, from_id), (to_kind, to_id) = draw(holders), draw(holders)
    return "stock.moved", {
        "good": draw(st.sampled_from((cast.KITS, cast.RICE))), "quantity": draw(st.integers(1, 5)),
        "from_kind": from_kind, "from_id": from_id, "to_kind": to_kind, "to_id": to_id,
    }  # fmt: skip


def said(kind: str, **parts: st.SearchStrategy) -> st.SearchStrategy[tuple[str, dict]]:
    return st.fixed_dictionaries(parts).map(lambda body: (kind, body))


person = st.sampled_from(P)
named = st.fixed_dictionaries({
    "journal": st.sampled_from((cast.LABORATORY, cast.CLINIC, cast.DESK)), "number": st.integers(1, 4),
})  # fmt: skip
correcting = {"corrects": st.lists(named, max_size=2)}
results = st.lists(
    st.fixed_dictionaries({"tube": st.sampled_from(T), "value": value}, optional=correcting),
    min_size=1, max_size=2, unique_by=lambda row: row["tube"],
)  # fmt: skip
subjects = {"duty": st.sampled_from(("swab", "swab", "swab", "tube")), "subjects": some(P, 2)}

#: What can be said, in about the shares that make things meet: sealing and results weigh more.
IN_ROUND = (
    said("person.found", person=person, name=st.just("某人")),
    said("person.found", person=person, name=st.just("某人")),
    said("person.found", name=st.just("无名")),
    said("swab.called", persons=some(P)),
    sealings(), sealings(), sealings(),
    said("tube.boxed", box=st.sampled_from(B), tubes=some(T)),
    said("box.handed", box=st.sampled_from(B), courier=st.just(cast.VAN), giver=st.just(cast.AYI)),
    said("box.received", box=st.sampled_from(B), courier=st.just(cast.VAN), laboratory=st.just(cast.LAB),
         tubes_counted=st.just(3)),
    said("tube.received", tube=st.sampled_from(T), laboratory=st.just(cast.LAB), giver=st.just(cast.AYI)),
    said("tube.resulted", results=results), said("tube.resulted", results=results),
    words(), words(),
    said("duty.offered", to_area=st.sampled_from((cast.NO_1, cast.NO_2, cast.BRIDGE)), **subjects),
)  # fmt: skip
OUT_OF_ROUND = (
    movements(),
    said("standing.set", subject_kind=st.just(1), subject=person, reason=st.just("on paper"),
         name=st.sampled_from(("infection", "symptoms", "pass")), value=st.sampled_from(("positive", "yes"))),
    said("journal.closed", last=st.integers(1, 12)),
    said("nonsense.said", much=st.just(1)),
    said("tube.sealed", campaign=campaign, tube=st.just(12345), mode=st.just("single"), persons=st.just([P[0]])),
)  # fmt: skip

#: Who writes it: mostly somebody who may.
BY = {
    "box.handed": (cast.COURIER, cast.AYI), "box.received": (cast.LABORATORY, cast.CLINIC),
    "tube.received": (cast.LABORATORY, cast.CLINIC), "tube.resulted": (cast.LABORATORY, cast.DESK, cast.CLINIC),
    "duty.reviewed": (cast.DESK, cast.CLERK),
}  # fmt: skip


@st.composite
def _chain(draw) -> list[tuple[str, dict]]:
    """The ordinary way of a tube, with or without its box, as far as it comes; and at times a retest behind it."""
    kind, body = draw(sealings())
    tube, box = body["tube"], draw(st.sampled_from(B))
    by = {"laboratory": cast.LAB}
    way = [
        (kind, body),
        ("tube.boxed", {"box": box, "tubes": [tube]}),
        ("box.handed", {"box": box, "courier": cast.VAN, "giver": cast.AYI}),
        ("box.received", {"box": box, "courier": cast.VAN, "tubes_counted": 1, **by}),
        ("tube.resulted", {"results": [{"tube": tube, "value": draw(value)}]}),
    ]
    if draw(st.booleans()):
        way = [way[0], way[-1]]
        again = {"tube": draw(st.sampled_from(T)), "mode": "single", "persons": body["persons"][:1], "retest_of": tube}
        way += [("tube.sealed", again), ("tube.resulted", {"results": [{"tube": again["tube"], "value": draw(value)}]})]
    return way[: draw(st.integers(1, len(way)))]


@st.composite
def _handover(draw) -> list[tuple[str, dict]]:
    """An offer and its acceptance; the acceptance names the offer when it is written."""
    body = {key: draw(parts) for key, parts in subjects.items()}
    to_area = draw(st.sampled_from((cast.NO_1, cast.NO_2, cast.BRIDGE)))
    return [("duty.offered", {**body, "to_area": to_area}), ("duty.accepted", body)]


@st.composite
def _sayings(draw, told: list[Entry]) -> list[tuple[str, dict]]:
    choice = draw(st.integers(0, 19))
    if choice < 9:
        said_ = [draw(st.one_of(*IN_ROUND))]
    elif choice < 12:
        said_ = draw(_chain())
    elif choice < 14:
        said_ = draw(_handover())
    elif choice < 15 and told:
        offer = draw(st.sampled_from([entry for entry in told if entry.kind == "duty.offered"] or told))
        body = {key: offer.body[key] for key in ("duty", "subjects") if key in offer.body}
        kept = {"duty": "swab", "subjects": [P[0]], **body}
        said_ = [("duty.accepted", {**kept, "offer_journal": offer.journal, "offer_number": offer.number})]
    elif choice < 18:
        slots = [(entry.journal, entry.number) for entry in told] or [(cast.AYI, 1)]
        ahead = st.tuples(st.sampled_from(tuple(cast.JOURNALS)), st.integers(1, 8))
        journal, number = draw(st.one_of(st.sampled_from(slots), st.sampled_from(slots), ahead))
        return [("entry.voided", {"journal": journal, "number": number, "reason": "by mistake"})]
    else:
        return [draw(st.one_of(*OUT_OF_ROUND))]
    number = draw(campaign)
    return [(kind, {"campaign": number, **body}) for kind, body in said_]


@st.composite
def _entry(draw, kind: str, body: dict, told: list[Entry], last: dict[int, int]) -> Entry:
    """Put a saying into somebody's journal: mostly under the next number, from a place and time that are right."""
    rare = draw(st.integers(0, 99))
    area = draw(st.sampled_from(AREAS))
    journal = draw(st.sampled_from(BY.get(kind, (cast.AYI, cast.AYI, cast.LAO, cast.DESK, cast.QIAO, cast.CLERK))))
    if kind == "entry.voided":
        own = cast.DESK if body["journal"] == cast.COMMAND else body["journal"]  # command writes openings alone
        journal = draw(st.sampled_from((own, own, cast.DESK, cast.CLERK)))
    if kind == "duty.accepted":
        if "offer_number" not in body:
            body = {**body, "offer_journal": told[-1].journal, "offer_number": told[-1].number}
        offers = [
            e.body.get("to_area")
            for e in told
            if (e.journal, e.number) == (body["offer_journal"], body["offer_number"])
        ]
        if offers and offers[-1] and rare < 80:
            area = offers[-1]
    if journal == cast.AYI and area == cast.BRIDGE and rare:
        journal = cast.LAO
    if journal in NEXT_DOOR and rare:
        area = cast.BRIDGE
    if rare in (1, 2):
        area = (cast.FAR, cast.NO_1 & ~(0x3FF << 12))[rare - 1]
    at = draw(moment) if rare != 3 else datetime(2030, 1, 1, tzinfo=cast.DAWN.tzinfo)
    number = max(1, last[journal] + draw(st.sampled_from((1, 1, 1, 1, 1, 1, 0, 2))))
    last[journal] = max(last[journal], number)
    return Entry(journal, number, kind, at, area, body, draw(st.sampled_from((None, None, 120, 4_000_000))))


@st.composite
def entry_sets(draw, most: int = 20) -> list[Any]:
    """Generate entries of several journals: numbered with gaps, now and then two contents under one number."""
    told: list[Entry] = []
    last = dict.fromkeys(cast.JOURNALS, 0)
    if draw(st.integers(0, 3)):
        for person_ in draw(st.lists(st.sampled_from(P), min_size=1, unique=True)):
            body = {"campaign": cast.ROUND, "person": person_, "name": "某人"}
            told.append(draw(_entry("person.found", body, told, last)))
    for _ in range(draw(st.integers(1, most))):
        for kind, body in draw(_sayings(told)):
            told.append(draw(_entry(kind, body, told, last)))
    out: list[Any] = list(told)
    if draw(st.integers(0, 9)) == 9:
        out.append(Report(cast.AYI, draw(st.integers(1, 9)), None, b"\xff{", Refused(112)))
    return out


@st.composite
def deliveries(draw, entries: list[Any]) -> Telling:
    """Generate a way for entries to arrive: any order, split, repeated, with crashes between."""
    order = draw(st.permutations(range(len(entries))))
    extra = draw(st.lists(st.sampled_from(range(len(entries))), max_size=4))
    arriving = [entries[i] for i in (*order, *extra)]
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(arriving) - 1)), max_size=5)))
    bounds = [0, *cuts, len(arriving)]
    batches = tuple(tuple(arriving[a:b]) for a, b in itertools.pairwise(bounds) if b > a)
    crashes = draw(st.frozensets(st.integers(0, len(batches) - 1), max_size=2))
    return Telling(tuple(entries), batches, crashes)


@st.composite
def tellings(draw, most: int = 20) -> Telling:
    """Generate entries and one delivery of them."""
    return draw(deliveries(draw(entry_sets(most))))
