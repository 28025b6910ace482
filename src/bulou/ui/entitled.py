"""Which ability it takes to write something on the desk: the same at every door, be it a button, a list, a sheet of
paper or a journal handed in.

What is written asks, not the page: whoever may not say that somebody is in hospital may say it nowhere. A kind of entry
or of duty that stands in none of these tables is written by nobody. Devices write what they were enrolled for
(``DEVICES``), and nobody enrols one that may do or see more than the enroller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.ledger.vocabulary import REGISTRY
from bulou.ui import room

#: Tells whether somebody has an ability (or all of several, with spaces between) in the whole of an area.
May = Callable[[str, int], bool]

#: By kind of entry. An empty ability: never through the desk. ``BY_DUTY``: by the kind of duty that it speaks of.
BY_DUTY = "by duty"
WRITES: Mapping[str, str] = {
    "swab.called": "words",
    "person.found": "words",
    "antigen.reported": "words",
    "duty.deferred": BY_DUTY,
    "duty.refused": BY_DUTY,
    "duty.excused": BY_DUTY,
    "duty.reopened": BY_DUTY,
    "duty.offered": BY_DUTY,
    "duty.accepted": BY_DUTY,
    "duty.reviewed": BY_DUTY,
    "duty.returned": BY_DUTY,
    "duty.given": BY_DUTY,
    "duty.due": BY_DUTY,
    "tube.sealed": "samples",
    "tube.boxed": "samples",
    "box.handed": "samples",
    "box.counted": "samples",
    "box.received": "results",
    "tube.received": "results",
    "tube.resulted": "results",
    "entry.voided": "void",  # of one's own entries: nothing besides
    "standing.set": "words",  # how people stand; that somebody sees to a matter: see SEES
    "stock.moved": "decide",
    "journal.closed": "devices",
    "device.reported": "devices",
    "labels.issued": "devices",
    "round.opened": "",  # by the pages of rounds alone (command.opening)
    "round.closed": "",
    "round.joined": "",
    "self_test.noted": "",  # by the house alone, as a report comes in
    "muster.asked": "forces",
    "muster.filled": "",  # by the answers to a call-up
    "muster.short": "",
    "muster.ended": "",
    "person.merged": "decide",
    "person.parted": "decide",
    **dict.fromkeys(
        (
            "stock.received",
            "stock.sent",
            "stock.arrived",
            "stock.settled",
            "stock.counted",
            "stock.issued",
            "stock.discarded",
        ),
        "stock",
    ),
    "person.unlisted": "",  # by taking an import back alone
    "person.listed": "",
    "zone.decided": "zones",
    "zone.published": "zones",
    "gate.turned_away": "passes",
    "shop.decided": "shops",
    "shop.ordered": "shops",
    "shop.tested": "shops",
}
#: By kind of duty: words on it. Of what a room declares as work, the room says it (``ui.room.Work.words``).
OF_DUTY: Mapping[str, str] = {
    "swab": "words", "retest": "words", "tube": "samples", "box": "samples",
}  # fmt: skip
#: Standings by which somebody says that he sees to a matter.
SEES = ("now.", "taken.")
#: Abilities of rooms whose holders take back what they wrote themselves, without "decide".
OWN_VOIDS = ("trace", "stays")
#: What a device of a kind may see and write; it is enrolled by those who may do so themselves.
DEVICES: Mapping[str, str] = {"phone": "names words samples", "courier": "samples", "laboratory": "results"}


class NotEntitled(PermissionDenied):
    """Something that the user's roles do not let him write there; its text is the sentence that the page shows."""


def needed(kind: str, body: Mapping[str, Any], own: bool = False) -> str:
    """Return the ability that an entry asks for, "" for one that is for nobody.

    Parameters:
        own: of a void, that the entry it voids is of the same journal.
    """
    need = writes(kind)
    if need == BY_DUTY:
        return of_duty(str(body.get("duty")))
    if kind == "standing.set" and str(body.get("name", "")).startswith(SEES):
        return "decide"
    return "decide" if kind == "entry.voided" and own else need


def writes(kind: str) -> str:
    """Return what a kind of entry asks for: by the table, or by the room whose step it is; "" for one in neither."""
    return WRITES[kind] if kind in WRITES else room.abilities_of(kind) or ""


def of_duty(name: str) -> str:
    """Return what a word on a kind of duty asks for, "" for one that nobody knows."""
    work = room.works().get(name)
    return work.words if work else OF_DUTY.get(name, "")


def check(may: May, kind: str, area: int, body: Mapping[str, Any], own: bool = False) -> None:
    """Hold an entry to what its writer may do where it is about.

    Raises:
        NotEntitled: he may not.
    """
    need = needed(kind, body, own)
    able = bool(need) and may(need, area)
    if kind == "entry.voided" and own and not able:  # what somebody may write he may take back
        able = any(may(one, area) for one in OWN_VOIDS)
    if not able:
        raise NotEntitled(_("您的角色在这一区域不能登记“%(what)s”。") % {"what": _said(kind)})


def _said(kind: str) -> str:
    known = REGISTRY.entries.get(kind)
    if known is None:
        return kind
    return known.en if (get_language() or "").startswith("en") else known.zh
