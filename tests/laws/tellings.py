"""Generated tellings: sets of entries in which a few journals speak of the same few people, tubes, boxes and goods.

Small worlds on purpose: with four people, three tubes and minutes that often coincide, entries meet each other.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from bulou.ledger.intake import Report
from bulou.ledger.lines import Entry
from bulou.ledger.refusals import Refused
from tests import cast

P = [cast.PERSONS[name].id for name in ("gui", "li", "mei", "ding")]
T = [cast.TUBES[name] for name in ("T1", "T2", "T3")]
B = [cast.BOXES[name] for name in ("B1", "B2")]
AREAS = (cast.NO_1, cast.NO_1, cast.NO_1, cast.NO_2, cast.BRIDGE, cast.ESTATE)
LAST_MINUTE = 12


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
    body: dict[str, Any] = {"duty": duty, "subjects": draw(some(T if duty == "tube" else P, 2)), "reason": "refuses"}
    if duty == "retest":
        body["occasion"] = draw(st.sampled_from(T))
    if word == "deferred":
        body |= {"reason": "away", "until": draw(moment).isoformat()}
    if word == "excused":
        reason = "destroyed" if duty == "tube" else draw(st.sampled_from(("in_hospital", "moved_out")))
        body |= {"reason": reason, "evidence": draw(st.sampled_from(("seen", "seen", "seen", " ")))}
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
results = st.lists(
    st.fixed_dictionaries({"tube": st.sampled_from(T), "value": value}),
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
         name=st.sampled_from(("infection", "pass")), value=st.sampled_from(("positive", "negative", "valid"))),
    said("journal.closed", last=st.integers(1, 12)),
    said("nonsense.said", much=st.just(1)),
    said("tube.sealed", campaign=campaign, tube=st.just(12345), mode=st.just("single"), persons=st.just([P[0]])),
)  # fmt: skip

#: Who writes it: mostly somebody who may.
BY = {
    "box.handed": (cast.COURIER, cast.AYI), "box.received": (cast.LABORATORY,), "tube.received": (cast.LABORATORY,),
    "tube.resulted": (cast.LABORATORY, cast.DESK),
}  # fmt: skip


@st.composite
def _one(draw, told: list[Entry]) -> tuple[str, dict]:
    choice = draw(st.integers(0, 19))
    if choice < 13:
        kind, body = draw(st.one_of(*IN_ROUND))
        return kind, {"campaign": draw(campaign), **body}
    if choice < 15 and told:
        offers = [entry for entry in told if entry.kind == "duty.offered"]
        offer = draw(st.sampled_from(offers or told))
        body = {key: offer.body[key] for key in ("campaign", "duty", "subjects") if key in offer.body}
        kept = {"campaign": cast.ROUND, "duty": "swab", "subjects": [P[0]], **body}
        return "duty.accepted", {**kept, "offer_journal": offer.journal, "offer_number": offer.number}
    if choice < 18:
        slots = [(entry.journal, entry.number) for entry in told] or [(cast.AYI, 1)]
        ahead = st.tuples(st.sampled_from(tuple(cast.JOURNALS)), st.integers(1, 8))
        journal, number = draw(st.one_of(st.sampled_from(slots), ahead))
        return "entry.voided", {"journal": journal, "number": number, "reason": "by mistake"}
    return draw(st.one_of(*OUT_OF_ROUND))


@st.composite
def entry_sets(draw, most: int = 24) -> list[Any]:
    """Generate entries of several journals: numbered with gaps, now and then two contents under one number."""
    told: list[Entry] = []
    last = dict.fromkeys(cast.JOURNALS, 0)
    out: list[Any] = []
    for _ in range(draw(st.integers(1, most))):
        kind, body = draw(_one(told))
        journal = draw(st.sampled_from(BY.get(kind, (cast.AYI, cast.AYI, cast.LAO, cast.DESK))))
        if kind == "entry.voided" and draw(st.booleans()):
            journal = cast.DESK
        step = draw(st.sampled_from((1, 1, 1, 1, 1, 0, 2)))
        number = max(1, last[journal] + step)
        last[journal] = max(last[journal], number)
        area = draw(st.sampled_from(AREAS))
        if kind == "duty.accepted":
            area = draw(st.sampled_from((cast.NO_2, cast.BRIDGE, area)))
        elif draw(st.integers(0, 30)) == 30:
            area = draw(st.sampled_from((cast.FAR, cast.NO_1 & ~(0x3FF << 12), 0)))
        at = draw(moment)
        if draw(st.integers(0, 40)) == 40:
            at = datetime(2030, 1, 1, tzinfo=at.tzinfo)
        offset = draw(st.sampled_from((None, None, 120, 4_000_000)))
        entry = Entry(journal, number, kind, at, area, body, offset)
        told.append(entry)
        out.append(entry)
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
def tellings(draw, most: int = 24) -> Telling:
    """Generate entries and one delivery of them."""
    return draw(deliveries(draw(entry_sets(most))))
