"""Whether the checks can fail: faults planted in the intake, each of which must show in the books.

A fault is a text in the SQL or in a step of the intake that is replaced by another one, in a database of its own.
"""

from __future__ import annotations

import inspect
import random
import textwrap
from dataclasses import dataclass

import pytest
from django.db import connections

from bulou.ledger import install, intake
from bulou.ledger.statements import statements
from tests import cast, shelf
from tests.builders import Pen, rivals
from tests.laws import test_together
from tests.laws.test_transit import a_morning

VOIDED = "EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = {0}.journal AND v.number = {0}.number)"
LATEST = "ORDER BY campaign, kind, subject, occasion, at DESC, journal DESC, number DESC, line DESC\n)"


@dataclass(frozen=True)
class Fault:
    """A planted fault: in ``function`` of the books, in ``statement`` of intake.sql, or in ``step`` of the batch."""

    name: str
    old: str
    new: str
    function: str = ""
    statement: str = ""
    step: str = ""

    def plant(self, monkeypatch) -> None:
        if self.function:
            files = (statements(install.__package__, file) for file in ("books", "fold", "advance"))
            functions = {name: text for file in files for name, text in file.items()}
            text = self._changed(functions[self.function])
            with connections["owner"].cursor() as cursor:
                cursor.execute(text)
        elif self.statement:
            monkeypatch.setitem(intake.SQL, self.statement, self._changed(intake.SQL[self.statement]))
        else:
            source = textwrap.dedent(inspect.getsource(getattr(intake._Batch, self.step)))
            found: dict = {}
            exec(self._changed(source), vars(intake), found)
            monkeypatch.setattr(intake._Batch, self.step, found[self.step])

    def _changed(self, text: str) -> str:
        assert self.old in text, f"{self.name}: the text to be replaced is not there any more"
        return text.replace(self.old, self.new)


FAULTS = (
    Fault("void lines count", VOIDED.format("line") + " AS dead", "false AS dead", function="fold"),
    Fault("void movements count", "if key not in self.dead else ()", "", step="_hold"),
    Fault("a repeat that is meant counts as a conflict", "AND NOT again ", "", function="fold"),
    Fault("the earliest value counts", LATEST, LATEST.replace(" DESC", ""), function="fold"),
    Fault("the earliest statement counts", "ORDER BY subject_kind, subject, name, at DESC",
          "ORDER BY subject_kind, subject, name, at", function="restand"),
    Fault("reassignment is not counted", "HAVING sum(w) <> 0", "HAVING false", function="counted"),
    Fault("owed is counted where the duty went", "SELECT campaign, kind, origin AS area, w * frozen",
          "SELECT campaign, kind, area, w * frozen", function="counted"),
    Fault("an acceptance anywhere takes the duty", "AND o.to_area = a.area", "", function="fold"),
    Fault("what is carried is not folded anew", "ARRAY (SELECT c FROM ledger_carried(mine) AS c)",
          "ARRAY[]::ledger_key[]", function="refold"),
    Fault("what follows is not folded anew", "ARRAY (SELECT f FROM ledger_following(mine) AS f)",
          "ARRAY[]::ledger_key[]", function="refold"),
    Fault("a cause never falls", "AND NOT cause.stands", "AND false", function="fold"),
    Fault("a second carrier is not counted", "takes = d.takes + a.takes", "takes = 1", function="add"),
    Fault("a word is not seen", "AND d.mark = 0 ", "", function="add"),
    Fault("a corrected result is added", "AND (a.value IS NULL OR d.value IS NULL)", "", function="add"),
    Fault("what is not owed is added to", "d.outcome < 2", "true", function="add"),
    Fault("what a carrier brings is not passed on", "IF f.carriers IS NOT NULL", "IF false", function="advance"),
    Fault("what is void brings on", "WHERE NOT " + VOIDED.format("l"), "", function="brought"),
    Fault("what is left over is not folded", "again := again || f.left_over;", "", function="advance"),
    Fault("an entry whose void came first counts", "if self.dead:", "if False:", step="_keep"),
    Fault("the larger digest counts", "slot.digest < before", "slot.digest > before", step="_classify"),
    Fault("what followed from a rival stays", 'self.touched.note(self._run("hanging_on", **where))', "pass",
          step="_demote"),
    Fault("an ending outlives its entry", "| self.touched.endings", "", step="_count"),
    Fault("a replaced number is counted twice", "not slot.replaces", "1", step="_count"),
)  # fmt: skip

#: Faults that show only where two batches meet.
HURRIED = (
    Fault("rows are not locked before their lines are read", "FOR UPDATE", "", function="refold_tier"),
    Fault("a row that was taken away is not written again", "EXIT WHEN", "EXIT; EXIT WHEN", function="refold_tier"),
    Fault("the journal of a void's target is not locked", "ids.add(target)", "pass", step="_lock_journals"),
)


def a_troubled_day() -> list:
    """Return the morning of the transit tests, and what can go wrong with it."""
    told = [entry for batch in a_morning() for entry in batch]
    ayi, desk, lab = Pen(cast.AYI, next=20), Pen(cast.DESK, next=20), Pen(cast.LABORATORY, next=20)
    li, mei, ding = (cast.PERSONS[name].id for name in ("li", "mei", "ding"))
    t3, b2 = cast.TUBES["T3"], cast.BOXES["B2"]
    offer = ayi.offered(40, mei, to=cast.NO_2)
    lab_again = Pen(cast.LABORATORY)
    return [
        *told,
        *rivals(lab.resulted(95, T3="positive"), lab_again.resulted(96, T3="negative")),
        *rivals(desk.closed(400), Pen(cast.DESK).called(3, mei)),
        ayi.sealed(45, t3, mei, ding), ayi.boxed(46, b2, t3), desk.voided(47, cast.AYI, ayi.next - 1),
        offer, desk.accepted(41, mei, offer=offer, area=cast.BRIDGE),
        lab.resulted(100, T1="negative"),
        desk.standing(210, li, "infection", "none"),
        desk.excused(50, mei), desk.reopened(55, mei),
    ]  # fmt: skip


def a_plain_day() -> list:
    """Return what happens at every table: calls, tubes, a box, results; a second swab, a word, a void, a correction."""
    ayi, lao, van, lab = (
        Pen(cast.AYI, next=40),
        Pen(cast.LAO, next=40),
        Pen(cast.COURIER, next=40),
        Pen(cast.LABORATORY, next=40),
    )
    names = ("sun", "qian", "feng", "zhou", "hua", "he")
    sun, qian, feng, zhou, hua, he = (cast.PERSONS[name].id for name in names)
    t4, t5, t6 = cast.TUBES["T4"], cast.TUBES["T5"], cast.TUBES["T6"]
    b3, b4 = cast.BOXES["B3"], cast.BOXES["B4"]
    slip, wrong = lao.called(3, hua), lao.boxed(16, b4, t6)
    return [
        *(ayi.found(0, person) for person in (sun, qian, feng, zhou, hua)),
        ayi.called(1, sun, qian, he), lao.called(2, sun, he), ayi.refused(4, zhou),
        ayi.sealed(5, t4, sun, qian, zhou), lao.sealed(6, t5, feng), lao.sealed(7, t6, sun),
        slip, wrong, lao.voided(4, cast.LAO, slip.number), lao.voided(17, cast.LAO, wrong.number),
        ayi.boxed(20, b3, t4), lao.boxed(21, b4, t5), van.handed(30, b4, giver=cast.LAO), lab.box_received(60, b3),
        lab.resulted(90, T4="negative", T5="positive"), lab.resulted(95, T5="negative"),
    ]  # fmt: skip


def damage() -> list[str]:
    """Return what is wrong with the books of two days, delivered in several ways."""
    return [*_damage(a_troubled_day()), *_damage(a_plain_day())]


def _damage(entries: list) -> list[str]:
    want = shelf.expected(entries)
    out = []
    for seed in range(5):
        order = list(entries)
        if seed:
            random.Random(seed).shuffle(order)
        size = (1, 4, 9, 2, len(order))[seed]
        out += shelf.differences(want, shelf.deliver([order[i : i + size] for i in range(0, len(order), size)]))
    return out


@pytest.fixture
def enrolled(database):
    shelf.enrol()


def test_without_a_fault_nothing_is_wrong(enrolled):
    assert damage() == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(enrolled, monkeypatch, fault):
    fault.plant(monkeypatch)
    assert damage()


@pytest.mark.parametrize("fault", HURRIED, ids=lambda fault: fault.name)
def test_a_missing_lock_is_caught(clone, monkeypatch, fault):
    wrong = []
    for name in test_together.meetings():
        for turned in (False, True):
            if not wrong:
                with clone(), monkeypatch.context() as patch:
                    shelf.enrol()
                    fault.plant(patch)
                    wrong += test_together.meet(name, turned)
    assert wrong
