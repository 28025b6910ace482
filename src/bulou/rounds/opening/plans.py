"""What a prepared round is to be like: read from the form, changed before it begins, copied from the last round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from bulou.rounds.opening.models import DRAFT, FAILED, Draft
from bulou.rounds.scope import rules
from bulou.rounds.scope.models import Plan
from bulou.rounds.scope.reads import of_round
from bulou.rounds.scope.rules import CAUSES, Scope
from bulou.ui.figures import Campaign

#: Pool sizes that a round may have: people in one tube at most.
POOL_SIZES, USUAL_POOL = (1, 5, 10, 20), 10
#: Times in forms.
TIME = "%Y-%m-%dT%H:%M"


def of(draft: Draft) -> Plan:
    """Return the plan of a draft; the usual one where it has none."""
    return Plan.objects.filter(draft=draft.pk).first() or Plan(draft=draft.pk, area=draft.area)


def scope(plan: Plan) -> Scope:
    """Return the scope rule of a plan."""
    return rules.read(plan.rules)


def recorded(plan: Plan) -> dict[str, str]:
    """Return what a round's record keeps of a plan beside its scope rule."""
    begins = {"begins": plan.begins.isoformat()} if plan.begins else {}
    return {"pool_size": str(plan.pool_size)} | begins if plan.pk else begins


def told(draft: Draft, plan: Plan) -> dict[str, str]:
    """Return all that can be changed of a draft, as text by field."""
    one = scope(plan)
    return {
        "name": draft.name, "area": str(draft.area), "begins": _time(plan.begins), "until": _time(draft.until),
        "pool_size": str(plan.pool_size), "dated": one.dated.isoformat() if one.dated else "",
        **{cause: one.treat[cause] for cause in CAUSES}, "recovered_days": str(one.recovered_days),
        "cleared_days": str(one.cleared_days), "sealed": one.sealed,
    }  # fmt: skip


def _time(at: datetime | None) -> str:
    return timezone.localtime(at).strftime(TIME) if at else ""


def prepare(area: int, given: Mapping[str, Any], user: str, now: datetime) -> Draft:
    """Keep a new draft with its plan. ``given``: cleaned data of the form."""
    with transaction.atomic():
        draft = Draft.objects.create(name=given["name"], area=area, until=given["until"], by=user, made_at=now)
        Plan.objects.create(draft=draft.pk, area=area, **_planned(given, user, Scope()))
    return draft


def change(draft: Draft, area: int, given: Mapping[str, Any], user: str, now: datetime) -> list[tuple[str, str, str]]:
    """Change a draft that has not begun; return (field, before, after) of what is otherwise now, kept with the draft.

    Raises:
        KeyError: it has begun or was given up meanwhile. Nothing is changed.
    """
    with transaction.atomic():
        held = Draft.objects.select_for_update().filter(pk=draft.pk, state__in=(DRAFT, FAILED)).first()
        if held is None:
            raise KeyError(draft.pk)
        plan = of(held)
        before = told(held, plan)
        held.name, held.area, held.until = given["name"], area, given["until"]
        plan.area = area
        for name, value in _planned(given, user, scope(plan)).items():
            setattr(plan, name, value)
        found = rules.changed(before, told(held, plan))
        said = {"at": now.isoformat(), "by": user}
        plan.changes += [said | {"field": name, "before": old, "after": new} for name, old, new in found]
        held.save(update_fields=["name", "area", "until"])
        plan.save()
    return found


def _planned(given: Mapping[str, Any], user: str, before: Scope) -> dict[str, Any]:
    """Return the values of a plan. The rule has the author who last changed it."""
    treat = {cause: given[cause] for cause in CAUSES}
    dated: date | None = given["dated"]
    made = Scope(treat, given["recovered_days"], given["cleared_days"], dated, before.by, given["sealed"])
    if made != before:
        made = replace(made, by=user)
    if made == Scope(by=user):
        made = Scope()
    return {"begins": given["begins"], "pool_size": given["pool_size"], "rules": rules.recorded(made)}


def copied(last: Campaign, now: datetime) -> dict[str, str]:
    """Return the fields of a new round that is to be like another one, as late after now as that one's plan was."""
    one, record = of_round(last.id)
    until = now + (last.plan - last.opened_at) if last.plan and last.plan > last.opened_at else None
    size = record.get("pool_size", "")
    return {
        "area": str(last.area), "begins": "", "until": _time(until),
        "pool_size": size if size in map(str, POOL_SIZES) else str(USUAL_POOL),
        "dated": one.dated.isoformat() if one.dated else "", **{cause: one.treat[cause] for cause in CAUSES},
        "recovered_days": str(one.recovered_days), "cleared_days": str(one.cleared_days), "sealed": one.sealed,
    }  # fmt: skip


def areas(plan: Plan) -> set[int]:
    """Return the areas that the changes of a draft name."""
    return {int(one[end]) for one in plan.changes if one["field"] == "area" for end in ("before", "after")}


def changes(plan: Plan) -> list[dict[str, Any]]:
    """Return what was changed of a draft, the latest first."""
    return [one | {"at": datetime.fromisoformat(one["at"])} for one in reversed(plan.changes)]
