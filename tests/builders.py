"""Small typed builders: what the cast writes into its journals."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime

from bulou.ledger import rules
from bulou.ledger.effects import Entry
from tests import cast


@dataclass
class Pen:
    """A journal being written: each call gives its next entry, ``at`` in minutes after dawn."""

    journal: int
    area: int = cast.NO_1
    campaign: int = cast.ROUND
    next: int = 1
    written: list[Entry] = field(default_factory=list)

    def write(self, kind: str, at: float, area: int | None = None, offset_ms: int | None = None, **body) -> Entry:
        """Write an entry of any kind, right or wrong."""
        entry = Entry(self.journal, self.next, kind, cast.minute(at), area or self.area, body, offset_ms)
        self.next += 1
        self.written.append(entry)
        return entry

    def _in_round(self, kind: str, at: float, area: int | None = None, **body) -> Entry:
        return self.write(kind, at, area, campaign=self.campaign, **body)

    def found(self, at: float, person: int, area: int | None = None) -> Entry:
        return self._in_round("person.found", at, area, person=person, name="某人")

    def called(self, at: float, *persons: int, area: int | None = None) -> Entry:
        return self._in_round("swab.called", at, area, persons=list(persons))

    def sealed(
        self, at: float, tube: int, *persons: int, mode: str = "pooled", retest_of: int | None = None,
        area: int | None = None,
    ) -> Entry:  # fmt: skip
        extra = {} if retest_of is None else {"retest_of": retest_of}
        return self._in_round("tube.sealed", at, area, tube=tube, mode=mode, persons=list(persons), **extra)

    def boxed(self, at: float, box: int, *tubes: int, area: int | None = None) -> Entry:
        return self._in_round("tube.boxed", at, area, box=box, tubes=list(tubes))

    def handed(self, at: float, box: int, giver: int | None = None, courier: int = cast.VAN) -> Entry:
        extra = {} if giver is None else {"giver": giver}
        return self._in_round("box.handed", at, box=box, courier=courier, **extra)

    def box_received(self, at: float, box: int, tubes_counted: int = 1) -> Entry:
        return self._in_round(
            "box.received", at, box=box, courier=cast.VAN, laboratory=cast.LAB, tubes_counted=tubes_counted
        )

    def tube_received(self, at: float, tube: int, giver: int | None = None) -> Entry:
        extra = {} if giver is None else {"giver": giver}
        return self._in_round("tube.received", at, tube=tube, laboratory=cast.LAB, **extra)

    def resulted(self, at: float, **values: str) -> Entry:
        """``resulted(90, T1="negative")``: tubes by their names in the cast."""
        rows = [{"tube": cast.TUBES[name], "value": value} for name, value in values.items()]
        return self._in_round("tube.resulted", at, results=rows)

    def deferred(self, at: float, *persons: int, until: datetime, reason: str = "away") -> Entry:
        return self._word("deferred", at, persons, reason=reason, until=until.isoformat())

    def refused(self, at: float, *persons: int, reason: str = "refuses") -> Entry:
        return self._word("refused", at, persons, reason=reason)

    def excused(
        self, at: float, *persons: int, reason: str = "in_hospital", evidence: str = "ward 3 confirms"
    ) -> Entry:
        return self._word("excused", at, persons, reason=reason, evidence=evidence)

    def reopened(self, at: float, *persons: int, reason: str = "mistake") -> Entry:
        return self._word("reopened", at, persons, reason=reason)

    def _word(self, word: str, at: float, persons: tuple[int, ...], **said) -> Entry:
        return self._in_round(f"duty.{word}", at, duty="swab", subjects=list(persons), **said)

    def offered(self, at: float, *persons: int, to: int, area: int | None = None) -> Entry:
        return self._in_round("duty.offered", at, area, duty="swab", subjects=list(persons), to_area=to)

    def accepted(self, at: float, *persons: int, offer: Entry, area: int) -> Entry:
        return self._in_round(
            "duty.accepted", at, area, duty="swab", subjects=list(persons),
            offer_journal=offer.journal, offer_number=offer.number,
        )  # fmt: skip

    def voided(self, at: float, journal: int, number: int) -> Entry:
        return self.write("entry.voided", at, journal=journal, number=number, reason="written by mistake")

    def closed(self, at: float, last: int | None = None) -> Entry:
        return self.write("journal.closed", at, last=self.next if last is None else last)

    def moved(self, at: float, good: int, quantity: int, giver: tuple[int, int], taker: tuple[int, int]) -> Entry:
        return self.write(
            "stock.moved", at, good=good, quantity=quantity,
            from_kind=giver[0], from_id=giver[1], to_kind=taker[0], to_id=taker[1],
        )  # fmt: skip

    def standing(self, at: float, subject: int, name: str, value: str, until: datetime | None = None) -> Entry:
        extra = {} if until is None else {"until": until.isoformat()}
        return self.write(
            "standing.set", at, subject_kind=1, subject=subject, name=name, value=value, reason="on paper", **extra
        )


def rivals(first: Entry, second: Entry) -> tuple[Entry, Entry]:
    """Return two contents under the first one's number, of which the second counts: its clock offset is tried out."""
    for offset in itertools.count():
        other = replace(second, number=first.number, offset_ms=offset)
        if rules.digest(rules.canonical(other)) < rules.digest(rules.canonical(first)):
            return first, other
    raise AssertionError
