"""Faults that are planted in the intake, each of which must show in the books.

A fault is a text in the SQL or in a step of the intake that is replaced by another one, in a database of its own.
"""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass

from django.db import connections

from bulou.ledger import install, intake
from bulou.ledger.statements import statements

VOIDED = "EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = {0}.journal AND v.number = {0}.number)"


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
            files = (statements(install.__package__, file) for file in ("books", "heard", "fold", "advance"))
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
    Fault("void lines count", VOIDED.format("line") + " AS yes", "false AS yes", function="fold"),
    Fault("void movements count", "if key not in self.dead else ()", "", step="_hold"),
    Fault("a repeat that is meant counts as a conflict", "AND NOT again ", "", function="fold"),
    Fault("the mildest value counts", "(array_agg(value ORDER BY rank))", "(array_agg(value ORDER BY rank DESC))",
          function="fold"),
    Fault("an earlier report of a journal stands beside its later one",
          "o.journal = s.journal AND (o.number, o.line) > (s.number, s.line) OR", "", function="fold"),
    Fault("a correction of another's report is not seen", "OR s.slot = ANY (o.corrects))", ")", function="fold"),
    Fault("the earliest count of a box stands", "(array_agg(value ORDER BY place DESC))",
          "(array_agg(value ORDER BY place))",
          function="fold"),
    Fault("what was lost still carries", "AND c.occasion = 0 AND c.outcome = 2", "AND false", function="fold"),
    Fault("a word from elsewhere counts", "ELSE 1\n         END AS now", "ELSE 0\n         END AS now",
          function="verdict"),
    Fault("who received a thing may not speak of it", "WHEN l.authority = 2 AND h.journal IS NOT NULL", "WHEN false",
          function="verdict"),
    Fault("who received a box may not speak of its tubes", "WHERE c.carrier IS NOT NULL AND NOT c.dead", "WHERE false",
          function="verdict"),
    Fault("where a duty stood is where it began", "AND (w.n = 0 OR w.moment < l.place AND l.act <> 1)", "AND w.n = 0",
          function="verdict"),
    Fault("where a duty stood is where it ended", "w.moment < l.place AND l.act <> 1", "l.act <> 1",
          function="verdict"),
    Fault("an acceptance takes effect before its offer", "greatest(a.place, o.place), true", "a.place, true",
          function="verdict"),
    Fault("an older offer stands beside an acceptance", "(w.waiting) THEN '{}'", "(w.waiting) THEN w.waiting",
          function="verdict"),
    Fault("offers of who has it not count",
          "THEN 0 ELSE 3 END\n                ELSE (NOT coalesce(e.ranges @> w.stands, true))::int END",
          "THEN 0 ELSE 3 END\n                ELSE 0 END", function="verdict"),
    Fault("two who name each other are both excused", "AND NOT coalesce(x.duplicate, false)", "", function="judge"),
    Fault("who names nobody is excused", "(l.follows OR coalesce(x.owed, false))", "true", function="judge"),
    Fault("who is named is not told", "ARRAY (SELECT n FROM ledger_naming(asked) AS n)", "ARRAY[]::ledger_key[]",
          function="refold"),
    Fault("who is named and comes late is not told", "ARRAY (SELECT n FROM ledger_naming(written) AS n)",
          "ARRAY[]::ledger_key[]", function="first"),
    Fault("a quick word from elsewhere counts", "AND (a.ranges IS NULL OR a.ranges @> d.area AND NOT d.moved)", "",
          function="add"),
    Fault("a quick word counts after a hand-over", "AND NOT d.moved)", ")", function="add"),
    Fault("what did not count is not looked at again", "AND d.unheard = 0", "", function="add"),
    Fault("who received a box is not noted",
          "OR kind IN (SELECT c.carrier_kind FROM ledger_carriage AS c JOIN ledger_duty_kind AS y",
          "OR kind < 0 AND kind IN (SELECT c.carrier_kind FROM ledger_carriage AS c JOIN ledger_duty_kind AS y",
          function="add"),
    Fault("anybody states anything", "HAVING NOT bool_or(j.ranges @> d.area OR j.ranges @> d.origin)", "HAVING false",
          function="restand"),
    Fault("anybody closes what concerns a device", "AND NOT device.ranges && j.ranges", "AND false",
          function="restand"),
    Fault("one voice withdraws an opening", "WHERE voices <= (", "WHERE 0 <= (", statement="judge_voids"),
    Fault("a desk voids elsewhere", "j.kind = ANY (%(desk)s::text[]) AND j.ranges @> e.area",
          "j.kind = ANY (%(desk)s::text[])", statement="judge_voids"),
    Fault("what gives way leaves holders of nothing", 'self._send("drop_empty_holdings", **where)', "pass",
          step="_demote"),
    Fault("the earliest statement counts", "ORDER BY subject_kind, subject, name, at DESC",
          "ORDER BY subject_kind, subject, name, at", function="restand"),
    Fault("reassignment is not counted", "HAVING sum(w) <> 0", "HAVING false", function="counted"),
    Fault("owed is counted where the duty went", "SELECT campaign, kind, origin AS area, w * frozen",
          "SELECT campaign, kind, area, w * frozen", function="counted"),
    Fault("an acceptance anywhere takes the duty", "AND o.to_area = a.area", "", function="verdict"),
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
    Fault("an entry whose void came first counts", "if dead and (journal, number) in fresh", "if False",
          step="_judge_voids"),
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
