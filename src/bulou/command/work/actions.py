"""What is done to duties of a declared kind on the desk: checked, written as the user's own entries, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.work import reads
from bulou.command.work.rules import Key, Row, facts, why_not
from bulou.command.worklist.actions import MOST, Writing, written
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.ledger.scope import Ranges
from bulou.ui.room import Act, Sentence, Work
from bulou.ui.words import said as word


@dataclass(frozen=True, slots=True)
class Ticked:
    """A row of a form: which duty, and how it stood when the form was made ("": not said)."""

    key: Key
    stamp: str = ""

    @classmethod
    def read(cls, text: str) -> Ticked:
        """Return what a form's value names.

        Raises:
            Refusal: not such a value.
        """
        *numbers, stamp = text.split(".")
        if len(numbers) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 17 for part in numbers):
            raise Refusal(_("无法识别所选条目。"))
        campaign, subject, occasion = (int(part) for part in numbers)
        if campaign >= 2**31 or max(subject, occasion) >= 2**54:
            raise Refusal(_("无法识别所选条目。"))
        return cls((campaign, subject, occasion), stamp[:20])


@dataclass(frozen=True, slots=True)
class Chosen:
    """The duties that an act is about: those to which it can be done, and those to which not, with the reason."""

    able: list[Row]
    unable: list[tuple[Row, Sentence]]
    changed: list[Row]
    """Of all of them, those that are not as the form showed them."""


def choose(
    work: Work, act: Act, rows: Sequence[str], user: int, ranges: Ranges, may: Any, now: datetime, hold: bool = False
) -> Chosen:
    """Return what an act can be done to among the ticked rows. ``hold``: nobody changes them meanwhile.

    Raises:
        Refusal: nothing is ticked, too much is, or a row is not the user's to act on.
    """
    ticked = {one.key: one for one in map(Ticked.read, dict.fromkeys(rows))}
    if not ticked:
        raise Refusal(_("请先勾选条目。"))
    if len(ticked) > MOST:
        raise Refusal(_("一次最多办理 %(n)s 条。") % {"n": MOST})
    found = reads.of(work, ranges, [*ticked], now, hold)
    if len(found) < len(ticked):
        raise Refusal(_("所选条目不在您的区域内。"))
    if not all(may(act.ability, row.area) for row in found):
        raise Refusal(_("您的角色在这一区域不能办理“%(what)s”。") % {"what": word(act)})
    out = Chosen([], [], [])
    doers = reads.doers(work, found) if act.check or _eyes(work) else {}
    for row in found:
        why = why_not(act, row, facts(row, doers.get(row.key, {}), reads.actor(user), now))
        if why is None:
            out.able.append(row)
        else:
            out.unable.append((row, why))
        if ticked[row.key].stamp not in ("", row.stamp):
            out.changed.append(row)
    return out


def _eyes(work: Work) -> bool:
    return any(stage.not_by for stage in work.duty.stages)


def entry_of(work: Work, act: Act, row: Row, said: dict[str, Any], now: datetime) -> Writing:
    """Return the entry of an act on one duty."""
    body: dict[str, Any] = {"campaign": row.campaign, "subjects": [row.subject], "occasion": row.occasion}
    if act.step.startswith("duty."):
        body["duty"] = work.name
    return act.step, now, row.area, body | said


def do(work: Work, act: Act, chosen: Chosen, said: dict[str, Any], who: ActRequest, user: int, ranges: Ranges) -> int:
    """Write an act on the duties that it can be done to, all or none; return how many.

    Raises:
        Refusal: one of them is not as the form showed it, none is left, or the ledger did not take it.
    """
    if chosen.changed:
        raise Refusal(_("打开这张表后，有 %(n)s 条已有变化：请按现在的情况核对后再办。") % {"n": len(chosen.changed)})
    if not chosen.able:
        raise Refusal(sentence(chosen.unable[0][1]) if chosen.unable else _("请先勾选条目。"))
    if act.holds and (why := act.holds([row.subject for row in chosen.able], said)) is not None:
        raise Refusal(sentence(why))
    entries = [entry_of(work, act, row, said, who.now) for row in chosen.able]
    written(entries, who, user, ranges)
    return len(entries)


def sentence(said: Sentence) -> str:
    """Write a sentence in the reader's language."""
    return said[1] if (get_language() or "").startswith("en") else said[0]
