"""How a doubt of a duty is solved by who answers for it: say the same, leave as it is, decide between results, count
again, hold a tube for lost. Each is an entry of the user's own journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from bulou.command.worklist.chosen import SQL, ActRequest, ItemKey, Refusal
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY, Act, EntryKind, Unheard
from bulou.ui.figures import rows as read

#: Which acts solve which doubt of a duty, beside those that every matter has.
RESOLVES = {
    "unheard": ("same", "review"), "disputed": ("choose",), "short": ("recount", "review"), "sealed": ("lost", "close"),
    "misfilled": ("lost", "close"),
}  # fmt: skip
#: Where the members of an entry's body stand that one of them is taken from, and how each names its subject.
LISTS = (("persons", ""), ("subjects", ""), ("results", "tube"))
#: As many reports as one result may name as corrected, and as many tubes as may be counted.
CORRECTED, COUNTED = 20, 10_000
#: Why a tube is excused that is broken or lost.
LOST = "destroyed"


@dataclass(frozen=True, slots=True)
class Report:
    """A report that does not count, and what an own entry would say the same by."""

    journal: int
    number: int
    act: int
    why: int
    area: int
    at: datetime
    kind: EntryKind | None
    by: str
    body: dict[str, Any]


def sayable(act: int, why: int, kind: str) -> bool:
    """Tell whether those who answer for a duty can say themselves what does not count, by a line's act, why it does
    not, and the kind of its entry.

    Whom it names as the same person, or who did both of what two must do, is the same whoever says it. What says only
    where somebody is, or takes over what was not offered, is answered by an offer.
    """
    if act in (Act.OWE, Act.ACCEPT):
        return True
    return why == Unheard.ELSEWHERE and kind in REGISTRY.entries and "desk" in REGISTRY.entries[kind].roles


def report_of(chosen: ItemKey, report: tuple[int, int] = (0, 0)) -> Report:
    """Return a report on a duty that does not count: the one asked for, by its journal and number, or the latest.

    Raises:
        Refusal: there is none, or nobody else can say it.
    """
    journal, number = report
    found = read(
        SQL["unheard_said"], campaign=chosen.campaign, kind=REGISTRY.duties[chosen.kind].code, subject=chosen.subject,
        occasion=chosen.occasion, journal=journal, number=number,
    )  # fmt: skip
    if not found:
        raise Refusal(_("这条上报已经计入，或已经作废。"))
    journal, number, act, why, area, at, kind, by, raw = found[0]
    body = msgspec.json.decode(bytes(raw))["body"]
    told = Report(journal, number, act, why, area, at, REGISTRY.entries.get(kind), by, body)
    if not sayable(told.act, told.why, kind):
        raise Refusal(_("这条上报由谁说都不能计入：请按实际情况另行办理。"))
    return told


def check(said: ActRequest, chosen: ItemKey) -> None:
    """Tell whether an act solves the doubt of a row, and whether what it needs was given.

    Raises:
        Refusal: in the reader's language, why not.
    """
    act = said.act
    lost = act == "lost" and chosen.kind == "tube" and not chosen.foreign
    if not lost and (chosen.foreign or act not in RESOLVES.get(chosen.doubt, ())):
        raise Refusal(_("这个操作不适用于所选条目。"))
    if act == "review" and not said.reason.strip():
        raise Refusal(_("请填写原因。"))
    if act == "lost" and not said.evidence.strip():
        raise Refusal(_("标记遗失须填写凭据：谁查过，怎么查的。"))
    if act == "recount" and not 0 <= said.count <= COUNTED:
        raise Refusal(_("请填写重新清点的管数。"))


def entry_of(said: ActRequest, chosen: ItemKey) -> tuple[str, dict[str, Any]]:
    """Return the entry's kind and body of an act on a row.

    Raises:
        Refusal: what it would answer is no longer so.
    """
    campaign = {"campaign": chosen.campaign}
    body = campaign | {"duty": chosen.kind, "subjects": [chosen.subject], "occasion": chosen.occasion}
    if said.act == "lost":
        return "duty.excused", body | {"reason": LOST, "evidence": said.evidence.strip()[:2000]}
    if said.act == "recount":
        return "box.counted", campaign | {"box": chosen.subject, "tubes_counted": said.count}
    if said.act == "choose":
        return "tube.resulted", campaign | {"results": [_result(said, chosen)]}
    if said.act == "review":
        return "duty.reviewed", body | {"reason": said.reason.strip()[:2000]}
    told = report_of(chosen, said.report)
    if told.act in (Act.OWE, Act.ACCEPT) or told.kind is None:  # found, or taken over, there: ask them to take it
        return "duty.offered", body | {"to_area": told.area, "reason": said.reason.strip()[:2000]}
    return told.kind.name, _alone(told, chosen.subject)


def _alone(told: Report, subject: int) -> dict[str, Any]:
    """Return the body of a report for one of those that it names, with its source beside its evidence."""
    body = dict(told.body)
    for field, name in LISTS:
        if field in body:
            body[field] = [one for one in body[field] if (one[name] if name else one) == subject]
    if body.get("evidence"):
        body["evidence"] = f"{body['evidence']} ({told.by} #{told.number})"[:2000]
    return body


def _result(said: ActRequest, chosen: ItemKey) -> dict[str, Any]:
    """Return the chosen result of a tube, which takes back all that say otherwise.

    Raises:
        Refusal: nobody reported this value.
    """
    kind = REGISTRY.duties[chosen.kind]
    with scoped(EVERYWHERE):  # laboratories report from their own areas; their numbers and values are read
        found = read(
            SQL["results"], campaign=chosen.campaign, kind=kind.code, subject=chosen.subject, occasion=chosen.occasion,
        )  # fmt: skip
    value = kind.values.index(said.value) if said.value in kind.values else 0
    if not value or value not in {code for _journal, _number, code in found}:
        raise Refusal(_("请在报告过的结果里选定一个。"))
    others = [{"journal": journal, "number": number} for journal, number, code in found if code != value]
    return {"tube": chosen.subject, "value": said.value, "corrects": others[:CORRECTED]}
