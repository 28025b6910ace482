"""Does what kinds of duty declare to follow from a published list (``ui.follow``), with the checks of their own pages.

Supplies are opened in the transaction that publishes, so that no list closes a household that nobody is told to
supply. What takes something away from people is offered and never done by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.work import actions, reads
from bulou.command.work.rules import Row as Duty
from bulou.command.work.rules import value_of
from bulou.command.worklist import undo
from bulou.command.worklist.actions import MOST, Writing, written
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.ledger.steps import due_of
from bulou.ui.figures import rows as select
from bulou.ui.live import fragments as live
from bulou.ui.room import Work, works
from bulou.zones import consequences
from bulou.zones.follows import Published, Row

SQL = statements(__package__, "following")
#: Duties of a kind that are looked through in one street.
LOOKED_AT = 5_000


class Works:
    """What follows for the declared kinds of duty."""

    def rows(self, request: Any, one: Published, now: datetime) -> list[Row]:
        """Return a row for each kind for which something follows."""
        out: list[Row] = []
        for work in following("closed"):
            closed = self._closed(one)
            if closed:
                out.append(_owed(request, work, one, closed, now))
        for work in following("freed"):
            left = _left(request, work, one, now)
            undone = _undo(request, work, one, now)
            if left or undone:
                out.append(_ended(request, work, one, left, undone))
        return out

    def post(self, request: Any, one: Published, now: datetime) -> int:
        """Open what each newly closed area owes.

        Raises:
            Refusal: the publisher may not, or the ledger did not take it.
        """
        return sum(self._open(request, work, self._closed(one), now) for work in following("closed"))

    def act(self, request: Any, one: Published, name: str, act: str, now: datetime) -> str:
        """Do what follows for one kind, or take it back; return what was done.

        Raises:
            Refusal: there is no such kind, nothing is left to do, or the user may not.
        """
        work = works().get(name)
        if work is None or work.follow is None:
            raise Refusal(_("没有这个操作。"))
        who = ActRequest(act, request.user.get_username(), now, may=request.may)
        if act != "do":
            n = sum(undo.undo(key, who, request.user.pk, request.ranges, work) for key in act.split(","))
            live.forget()
            return _("已撤销：%(n)s 条，原来的状态已恢复。") % {"n": n}
        if work.follow.when == "closed":
            there = {row.subject for row in _posted(request, work, one, now)}
            n = self._open(request, work, {a: n for a, n in self._closed(one).items() if a not in there}, now)
        else:
            n = _end(request, work, _left(request, work, one, now), who)
        if not n:
            raise Refusal(_("已经办完，没有剩下的。"))
        live.forget()
        return _("已登记：%(n)s 条。一小时内可以撤销。") % {"n": n}

    def _closed(self, one: Published) -> dict[int, int]:
        lo, hi = span(one.street)
        return consequences.newly_closed(one.before, one.now, dict(select(SQL["households"], lo=lo, hi=hi)))

    def _open(self, request: Any, work: Work, closed: dict[int, int], now: datetime) -> int:
        step, follow = work.opening, work.follow
        if step is None or follow is None or work.programme is None or not closed:
            return 0
        due = now + timedelta(minutes=sum(stage.within or 0 for stage in work.duty.stages))
        told: list[Writing] = []
        for area, n in sorted(closed.items()):
            said: dict[str, Any] = {follow.count: n, "why": _("公布的名单"), "due": due.isoformat()}
            body = {"campaign": work.programme.id, "subjects": [area], **said, **due_of(step, said, now)}
            told.append((step.name, now, area, body))
        written(told, ActRequest(step.name, request.user.get_username(), now, may=request.may), request.user.pk,
                request.ranges)  # fmt: skip
        return len(told)


def following(when: str) -> Iterator[Work]:
    """Yield the kinds that declare something to follow."""
    return (work for work in works().values() if work.follow is not None and work.follow.when == when)


def _text(work: Work, n: int) -> str:
    assert work.follow is not None
    said = work.follow.en if (get_language() or "").startswith("en") else work.follow.zh
    return said.format(n=f"{n:,}")


def _posted(request: Any, work: Work, one: Published, now: datetime) -> list[Duty]:
    """Return what was opened since the list was published."""
    asked = reads.Asked(area=one.street, state="all")
    found, _more = reads.listed(work, request.ranges, asked, now, limit=LOOKED_AT)
    return [row for row in found if one.at and row.opened_at and row.opened_at >= one.at and not row.withdrawn]


def _owed(request: Any, work: Work, one: Published, closed: dict[int, int], now: datetime) -> Row:
    text, where = _text(work, sum(closed.values())), sorted(closed.items())
    href = f"{reverse(f'work-{work.name}')}?area={one.street}&state=all"
    if one.at is None:
        return Row(work.name, text, len(closed), _("公布时自动登记"), "plain", where=where)
    posted = [row for row in _posted(request, work, one, now) if row.subject in closed]
    done = sum(not row.open for row in posted)
    missing = len(closed) - len({row.subject for row in posted})
    if missing:
        state, tone = _("还有 %(n)s 个区域没有登记") % {"n": missing}, "bad"
    elif done == len(posted):
        state, tone = _("全部办结"), "good"
    else:
        state, tone = _("已登记 %(n)s 个区域，办结 %(done)s 个") % {"n": len(posted), "done": done}, "warn"
    call = _("补登记") if missing else ""
    return Row(
        work.name, text, len(closed), state, tone, href, call, "", _undo(request, work, one, now), where
    )  # fmt: skip


def _left(request: Any, work: Work, one: Published, now: datetime) -> list[Duty]:
    """Return what is still there of a kind in areas that the list frees."""
    follow = work.follow
    assert follow is not None
    stages = [stage.name for stage in work.duty.stages]
    out: list[Duty] = []
    for state in ("open", "done"):
        asked = reads.Asked(area=one.street, state=state)
        found, _more = reads.listed(work, request.ranges, asked, now, limit=LOOKED_AT)
        out += [
            row for row in found
            if stages[row.stage] in follow.acts and (row.open or value_of(row) == follow.value)
            and not _over(row, follow.until, now)
        ]  # fmt: skip
    freed = consequences.freed(one.before, one.now, {row.area for row in out})
    return [row for row in out if row.area in freed]


def _over(row: Duty, until: str, now: datetime) -> bool:
    """Tell whether something that was granted has ended by itself; what is not decided yet has no end."""
    said = row.latest.get(until)
    if row.open or not isinstance(said, str):
        return False
    return datetime.fromisoformat(said) <= now


def _ended(request: Any, work: Work, one: Published, left: list[Duty], undone: str) -> Row:
    where: dict[int, int] = {}
    for row in left:
        node = consequences.nearest(row.area, one.before) or row.area
        where[node] = where.get(node, 0) + 1
    href = f"{reverse(f'work-{work.name}')}?area={one.street}"
    text = _text(work, len(left))
    if one.at is None:
        return Row(work.name, text, len(left), _("公布后可以一并结束"), "plain", href, where=sorted(where.items()))
    state, tone = (_("待结束"), "warn") if left else (_("已结束"), "good")
    confirm = _("确认后这些通行证立即失效，申请不再审批。已出门的照常可以返回。") if left else ""
    return Row(
        work.name, text, len(left), state, tone, href, _("一并结束") if left else "", confirm, undone,
        sorted(where.items()),
    )  # fmt: skip


def _undo(request: Any, work: Work, one: Published, now: datetime) -> str:
    """Return the reader's acts on a kind since the list was published that can be taken back, all of them as one."""
    if one.at is None or work.follow is None:
        return ""
    wanted = {step.name for step in work.steps if step.does == "opens"} if work.follow.when == "closed" else {
        act.step for act in work.acts if act.name in {name for name, _said in work.follow.acts.values()}
    }  # fmt: skip
    found = [row for row in undo.recent(request.user.pk, now, work) if row.at >= one.at and row.act in wanted]
    latest = max((row.at for row in found), default=None)
    return ",".join(row.key for row in found if row.at == latest)


def _end(request: Any, work: Work, left: list[Duty], who: ActRequest) -> int:
    follow = work.follow
    assert follow is not None
    n = 0
    for stage, (name, said) in follow.acts.items():
        act = work.act(name)
        own = [row for row in left if row.at.name == stage]
        for at in range(0, len(own), MOST):
            chosen = actions.choose(
                work, act, [row.token for row in own[at : at + MOST]], request.user.pk, request.ranges, request.may,
                who.now, hold=True,
            )  # fmt: skip
            if chosen.able:
                n += actions.do(work, act, chosen, dict(said), who, request.user.pk, request.ranges)
    return n
