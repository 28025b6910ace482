"""What the page of long work shows: four kinds of work as one list, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bulou.command.jobs.models import Undoing
from bulou.command.jobs.rules import Pace, pace
from bulou.command.linkage.models import STEPS as LINKING_STEPS
from bulou.command.linkage.models import Run
from bulou.command.uploads.models import PERSONS, Upload
from bulou.ledger.areas import span
from bulou.ledger.campaigns import STEPS as OPENING_STEPS
from bulou.ledger.scope import Ranges, covers
from bulou.rounds.opening.models import ASKED, DONE, DRAFT, Draft
from bulou.ui import background
from bulou.ui.halting.models import Halt

#: So many of each kind are listed.
SHOWN = 50
IMPORT, LINKAGE, OPENING, UNDO = "import", "linkage", "opening", "undo"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work.

    ``state``: running, stuck, ending, done, failed, undone; ``done`` of ``total`` in rows or steps; ``acts``: what can
    be done to it; ``why``: in Chinese and English; ``results``: counts by name.
    """

    kind: str
    number: int
    what: str
    area: int
    by: str
    at: datetime
    state: str
    done: int
    total: int | None
    pace: Pace
    ended_at: datetime | None
    acts: tuple[str, ...]
    why: str
    results: dict[str, int]
    link: tuple[str, int]

    @property
    def key(self) -> str:
        """Return how a form names it."""
        return f"{self.kind}.{self.number}"

    @property
    def running(self) -> bool:
        """Tell whether it goes on."""
        return self.state in ("running", "ending")


def jobs(ranges: Ranges, now: datetime) -> list[Job]:
    """Return the long work of the reader's areas, the latest first. A fixed number of statements."""
    ending = set(Halt.objects.values_list("kind", "number"))
    undone = {one.upload: one for one in Undoing.objects.order_by("id")}
    found = [
        *(_import(one, undone.get(one.pk), ending, now) for one in _uploads(ranges)),
        *(_linkage(one, ending, now) for one in Run.objects.order_by("-id")[:SHOWN]),
        *(
            _opening(one, now)
            for one in Draft.objects.exclude(asked_at=None).exclude(state=DRAFT).order_by("-id")[:SHOWN]
        ),
        *(_undo(one, now) for one in Undoing.objects.order_by("-id")[:SHOWN]),
    ]
    return sorted(
        (one for one in found if not one.area or all(covers(ranges, end) for end in span(one.area))),
        key=lambda one: (one.at, one.kind, one.number), reverse=True,
    )  # fmt: skip


def _uploads(ranges: Ranges) -> list[Upload]:
    found = Upload.objects.filter(kind=PERSONS).exclude(asked_at=None).order_by("-id")[:SHOWN]
    return [one for one in found if all(covers(ranges, end) for lo, hi in one.reach for end in (lo, hi))]


def _state(state: str, kind: int, number: int, asked_at: datetime, ending: set[tuple[int, int]], now: datetime) -> str:
    """Return the state as a reader knows it, given what the row says."""
    if state != "running":
        return state
    if background.is_stuck(kind, asked_at, now):
        return "stuck"
    return "ending" if (kind, number) in ending else "running"


def _took(at: datetime, ended_at: datetime | None, now: datetime) -> float:
    return ((ended_at or now) - at).total_seconds()


def _import(one: Upload, undoing: Undoing | None, ending: set[tuple[int, int]], now: datetime) -> Job:
    assert one.asked_at is not None
    raw = {"dropped": "failed"}.get(one.state, one.state)
    state = _state(raw, background.IMPORTING, one.pk, one.asked_at, ending, now)
    acts: tuple[str, ...] = ()
    if undoing and undoing.state != "failed":
        state = "undone" if undoing.state == "done" else state
    elif state in ("done", "failed") and one.run is not None:
        acts = ("undo",) if one.state in ("done", "dropped") else ("resume", "undo")
    elif one.state == "failed":
        acts = ("resume",)
    acts = {"running": ("cancel",), "stuck": ("resume",)}.get(state, acts)
    told = one.told or {}
    return Job(
        IMPORT, one.pk, one.file_name, one.area, one.by, one.asked_at, state, one.at_row, one.total,
        pace(one.at_row, one.total, _took(one.asked_at, one.ended_at, now)), one.ended_at, acts, one.why,
        {"read": one.read, "added": told.get("added", 0), "changed": told.get("changed", 0), "rejected": one.rejected},
        ("roster-upload", one.pk),
    )  # fmt: skip


def _linkage(one: Run, ending: set[tuple[int, int]], now: datetime) -> Job:
    state = _state(one.state, background.LINKING, one.pk, one.asked_at, ending, now)
    done = len(LINKING_STEPS) if one.state in ("done", "undone") else LINKING_STEPS.index(one.step)
    acts = {"running": ("cancel",), "done": ("undo",) if one.merges else (), "failed": ("undo",)}.get(state, ())
    return Job(
        LINKAGE, one.pk, "", one.area, one.by, one.asked_at, state, done, len(LINKING_STEPS),
        pace(done, len(LINKING_STEPS), _took(one.asked_at, one.ended_at, now)), one.ended_at, acts,
        one.told.get("why", ""), {"records": one.records, "merges": one.merges, "visits": one.visits},
        ("roster-linkage-run", one.pk),
    )  # fmt: skip


def _opening(one: Draft, now: datetime) -> Job:
    assert one.asked_at is not None
    raw = {ASKED: "running", DONE: "done"}.get(one.state, "failed")
    state = _state(raw, background.OPENING, one.pk, one.asked_at, set(), now)
    total = len(OPENING_STEPS) + 1
    done = total if one.state == DONE else one.step
    return Job(
        OPENING, one.pk, one.name, one.area, one.opened_by or one.by, one.asked_at, state, done, total,
        pace(done, total, _took(one.asked_at, one.ended_at, now)), one.ended_at,
        ("resume",) if state == "stuck" else (), "", {"owed": one.owed or 0}, ("round-draft", one.pk),
    )  # fmt: skip


def _undo(one: Undoing, now: datetime) -> Job:
    state = _state(one.state, background.UNDOING, one.pk, one.asked_at, set(), now)
    done = int(one.state == "done")
    return Job(
        UNDO, one.pk, "", one.area, one.by, one.asked_at, state, done, 1,
        pace(done, 1, _took(one.asked_at, one.ended_at, now)), one.ended_at, (), one.why,
        {"left": one.left, "returned": one.returned}, ("roster-upload", one.upload),
    )  # fmt: skip
