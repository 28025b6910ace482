"""What somebody's own page shows of him: his record, call-ups, shifts, and today's code to sign in with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bulou.forces import badges, reads
from bulou.forces.models import Asked, Member, Shift
from bulou.forces.pages import places_of, skills_told
from bulou.forces.vocabulary import SHIFTS, SKILLS
from bulou.ledger.areas import ancestor, level
from bulou.places import units
from bulou.residents.volunteers.keys import Own
from bulou.residents.volunteers.models import Application
from bulou.rounds.paper import pdf
from bulou.ui.templatetags.naming import place
from bulou.ui.words import begin, said

#: So many shifts are shown, those ahead first.
SHOWN = 20


def qr(text: str) -> str:
    """Return a code to scan, as SVG to stand in a page."""
    return pdf.code(text)


def where(area: int) -> str:
    """Write where an area lies, from its street down."""
    named = places_of([area])
    nodes = [ancestor(area, depth) for depth in range(min(2, level(area)), level(area) + 1)]
    return " · ".join(place(node, named.get(node)) for node in nodes)


def telephone(own: Own) -> str:
    """Return the telephone on record, to which the second fact is held."""
    if own.member is not None:
        return Member.objects.values_list("telephone", flat=True).get(pk=own.member)
    return Application.objects.values_list("telephone", flat=True).get(pk=own.application)


def page(own: Own, now: datetime) -> dict[str, Any]:
    """Return what the own page shows. Runs in a scope that reaches everywhere: work and call-ups may be anywhere."""
    if own.member is None:
        one = Application.objects.get(pk=own.application)
        skills = [begin(said(skill)) for skill in SKILLS if skill.name in one.skills]
        return {"record": one, "waits": True, "where": where(one.area), "skills": skills} | _availability(one)
    member = Member.objects.get(pk=own.member)
    asked = [
        {"row": row, "call": row.call_up, "where": where(row.call_up.area), "over": row.call_up.at < now,
         "skill": next((skill for skill in SKILLS if skill.name == row.call_up.skill), None)}
        for row in Asked.objects.filter(member=member, call_up__closed_at=None).select_related("call_up")
        .order_by("call_up__at")
    ]  # fmt: skip
    found = Shift.objects.filter(member=member, state="published", ends__gt=now).order_by("starts")[:SHOWN]
    sites = units.of(one.unit for one in found if one.unit)
    shifts = [
        {"row": one, "when": reads.day_shift(one.shift),
         "where": sites[one.unit].name if one.unit in sites else where(one.area)}
        for one in found
    ]  # fmt: skip
    today = reads.today(now)
    badge = badges.code(member.pk, today)
    return {
        "record": member, "waits": False, "where": where(member.area), "asked": asked, "shifts": shifts,
        "skills": [text for text, _over in skills_told(member, today)], "badge": badge, "badge_qr": qr(badge),
        "exposed": member.exposed_until if member.exposed_until and member.exposed_until > now else None,
    } | _availability(member)  # fmt: skip


def _availability(record: Member | Application) -> dict[str, Any]:
    available = [begin(said(one)) for one in SHIFTS if one.name in record.shifts]
    return {"all_shifts": SHIFTS, "available": available}
