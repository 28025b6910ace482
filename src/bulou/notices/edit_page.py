"""The form of a notice: words in both languages, whom it is for, over which channels; counted before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.ledger import clock
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY, Subject
from bulou.notices import actions, audience, rules
from bulou.notices.actions import TEXTS, Refusal
from bulou.notices.audience import SQL
from bulou.notices.models import Notice
from bulou.notices.vocabulary import CHANNELS, DUTY_STATES, PUBLIC_VARIABLES, VARIABLES
from bulou.places.vocabulary import NEEDS, need_bits, need_names
from bulou.ui import areas, forms
from bulou.ui.figures import rows
from bulou.ui.words import said as word

#: A level that is none, as a form says it: its name is empty.
NONE = "none"


def area_of(asked: Mapping[str, str], request: HttpRequest) -> int:
    """Return the chosen area where it lies within the reader's, else his first."""
    area = forms.number(asked.get("area", ""))
    return area if is_area(area) and covers(request.ranges, area) else request.areas[0]


def found(number: int) -> Notice:
    """Return a notice in sight.

    Raises:
        Http404: none in sight has the number.
    """
    one = Notice.objects.select_related("corrects").filter(pk=number).first() if number < 2**53 else None
    if one is None:
        raise Http404
    return one


def terms(area: int) -> list[tuple[str, str]]:
    """Return the duties that an audience in an area can name: ("campaign.kind.state", words)."""
    lo, hi = span(area)
    kinds = {one.code: one for one in REGISTRY.duties.values() if one.subject in (Subject.PERSON, Subject.HOUSEHOLD)}
    return [
        (f"{campaign}.{kind}.{state.name}", f"{name} · {word(kinds[kind])} · {word(state)}")
        for campaign, name, kind in rows(SQL["campaigns"], lo=lo, hi=hi) if kind in kinds
        for state in DUTY_STATES
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, notice: int = 0) -> HttpResponse:
    """The form, new or of a draft."""
    old = found(notice) if notice else None
    given: QueryDict = request.POST if request.method == "POST" else request.GET
    area = old.area if old is not None and "area" not in given else area_of(given, request)
    wrong: list[str] = []
    now, counted = clock.now(), None
    values = _read(given, area) if "area" in given or old is None else _of(old)
    if request.method == "POST":
        try:
            if given.get("step") == "save":
                saved = actions.draft(values, request.user.get_username(), request.may, now, old)
                messages.success(request, _("已存为草稿：发送范围现有%(n)s户。请另一人批准。") % {"n": saved.counted})
                return redirect("notice", saved.pk)
            if given.get("step") == "count":
                actions.check(request.may, actions.WRITE, area)
                wrong = actions.wrong(area, values) if any(values[name] for name in TEXTS) else []
                counted = audience.count(area, audience.of(area, values["audience"]), now)
        except Refusal as refusal:
            wrong = str(refusal).split("\n")
    whom = values["audience"]
    offered = terms(area)
    known = {key for key, _words in offered}
    chosen = {".".join(map(str, term)) for term in whom.get("terms", ())}
    offered += [(key, audience.kind_name(int(key.split(".")[1]))) for key in sorted(chosen - known)]
    return TemplateResponse(
        request, "notices/form.html", {
            "old": old, "area": area, "choices": choices_of(request, area), "values": values, "wrong": wrong,
            "counted": counted, "longest": rules.LONGEST, "variables": VARIABLES,
            "public_variables": [one for one in VARIABLES if one.name in PUBLIC_VARIABLES],
            "channels": [(one, one.name in values["channels"]) for one in CHANNELS],
            "terms": [(key, words, key in chosen) for key, words in offered],
            "levels": [(name or NONE, words, name in whom.get("levels", ())) for name, words in audience.levels()],
            "needs": [(one, one.name in need_names(whom.get("needs", 0))) for one in NEEDS],
            "back": reverse("notice", args=[old.pk]) if old else reverse("notices"),
        },
    )  # fmt: skip


def choices_of(request: HttpRequest, area: int) -> list[tuple[int, int, Any]]:
    """Return the areas to choose from."""
    return [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)]


def _of(old: Notice) -> dict[str, Any]:
    return {
        name: getattr(old, name) for name in (*TEXTS, "area", "audience", "channels", "urgent", "receipt")
    }  # fmt: skip


def _read(given: QueryDict, area: int) -> dict[str, Any]:
    """Return what a form says; what it cannot say is left out."""
    out: dict[str, Any] = {name: given.get(name, "").replace("\0", "").strip() for name in TEXTS}
    for name in TEXTS:
        if name.startswith("title"):
            out[name] = " ".join(out[name].split())
    chosen = given.getlist("channel") if "step" in given else ["page"]
    states = {one.name for one in DUTY_STATES}
    codes = {one.code for one in REGISTRY.duties.values()}
    named = []
    for key in dict.fromkeys(given.getlist("term")):
        campaign, _dot, rest = key.partition(".")
        kind, _dot, state = rest.partition(".")
        if state in states and forms.number(kind) in codes and 0 < forms.number(campaign) < 2**31:
            named.append([forms.number(campaign), forms.number(kind), state])
    whom: dict[str, Any] = {}
    if named:
        whom["terms"] = named[:10]
    known = [name for name, _words in audience.levels()]
    if picked := [name for name in known if (name or NONE) in given.getlist("level")]:
        whom["levels"] = picked
    if bits := need_bits(given.getlist("need")):
        whom["needs"] = bits
    return out | {
        "area": area, "audience": whom, "channels": [one.name for one in CHANNELS if one.name in chosen],
        "urgent": bool(given.get("urgent")), "receipt": bool(given.get("receipt")),
    }  # fmt: skip
