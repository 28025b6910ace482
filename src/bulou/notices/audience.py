"""Audiences in the database: read from what is stored, counted, and named in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bulou.ledger.areas import SHIFTS, ancestor, level, span
from bulou.ledger.scope import Ranges, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.notices.rules import Audience, Term
from bulou.notices.vocabulary import DUTY_STATES
from bulou.places.vocabulary import NEEDS, need_names
from bulou.ui import words
from bulou.ui.figures import rows

SQL = statements(__package__, "notices")
#: Value of a level in an audience where none holds.
NO_LEVEL = ""


def of(area: int, stored: Mapping[str, Any]) -> Audience:
    """Return the audience of a notice for an area as it is stored."""
    lo, hi = span(area)
    terms = tuple(Term(*term) for term in stored.get("terms", ()))
    return Audience(lo, hi, frozenset(stored.get("levels", ())), stored.get("needs", 0), terms)


def reach(area: int) -> Ranges:
    """Return the scope in which an audience is counted, whoever asks: the area, and what is said of those above it."""
    return (*((node, node) for node in (ancestor(area, depth) for depth in range(1, level(area)))), span(area))


def given(audience: Audience, now: datetime) -> dict[str, Any]:
    """Return an audience as the statements take it."""
    terms = [{"campaign": one.campaign, "kind": one.kind, "state": one.state} for one in audience.terms]
    return {
        "lo": audience.lo, "hi": audience.hi, "now": now, "shifts": [*SHIFTS], "levels": sorted(audience.levels),
        "needs": audience.needs, "terms": json.dumps(terms),
    }  # fmt: skip


def count(area: int, audience: Audience, now: datetime) -> tuple[int, int, int]:
    """Return how many households and people an audience names, and how many households have a telephone."""
    with scoped(reach(area)):
        (found,) = rows(SQL["count"], **given(audience, now))
    return found


def levels() -> list[tuple[str, str]]:
    """Return the zone levels that an audience can name, with their words; none at the end."""
    standing = REGISTRY.standings.get("zone.level")
    return [(name, _level(name)) for name in (standing.values if standing else ())] + [(NO_LEVEL, _("未定等级"))]


def _level(name: str) -> str:
    return {
        "lockdown": _("封控区"), "control": _("管控区"), "precaution": _("防范区"), "lifted": _("已解除管控"),
    }.get(name, _("未定等级"))  # fmt: skip


def kind_name(code: int) -> str:
    """Return the word of a kind of duty, as a household reads it."""
    kind = next((one for one in REGISTRY.duties.values() if one.code == code), None)
    return words.said(kind)


def state_name(name: str) -> str:
    """Return the word of a state of a duty."""
    return words.said(next((one for one in DUTY_STATES if one.name == name), None))


def told(stored: Mapping[str, Any], campaigns: Mapping[int, str]) -> list[str]:
    """Write an audience in words, one line for each way in which it is narrowed."""
    out = []
    for campaign, kind, state in stored.get("terms", ()):
        name = campaigns.get(campaign, "")
        out.append(f"{name} · {kind_name(kind)} · {state_name(state)}" if name else kind_name(kind))
    if chosen := stored.get("levels"):
        out.append(_("、").join(_level(name) for name in chosen))
    if bits := stored.get("needs", 0):
        out.append(_("、").join(words.said(one) for one in NEEDS if one.name in need_names(bits)))
    return out


def dues(met: list[int], stored: Mapping[str, Any]) -> str:
    """Write the duties of an audience that a household meets: one message names them all."""
    terms = stored.get("terms", ())
    return _("、").join(dict.fromkeys(kind_name(terms[n][1]) for n in met if n < len(terms)))
