"""Writes what a call-up has come to as entries: made, filled, short again, ended."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bulou.forces import reads
from bulou.forces.actions import Refusal
from bulou.forces.matters.kind import PROGRAMME
from bulou.forces.matters.models import Matter
from bulou.forces.models import CallUp
from bulou.ledger import journals
from bulou.ledger.areas import found_id


def opened(call_up: CallUp, journal: int, now: datetime) -> Matter:
    """Write that a call-up was made.

    Raises:
        Refusal: the ledger did not take it.
    """
    body = {"number": call_up.pk, "place": call_up.place, "wanted": call_up.wanted, "due": call_up.at.isoformat()}
    number = _said(call_up, "muster.asked", journal, now, body)
    return Matter.objects.create(call_up=call_up, area=call_up.area, occasion=found_id(journal, number))


def told(call_up: CallUp, journal: int, now: datetime) -> None:
    """Write what has changed since: run again it writes nothing.

    Raises:
        Refusal: the ledger did not take it.
    """
    matter = Matter.objects.select_for_update().filter(call_up=call_up).first()
    if matter is None or matter.stage == "ended":
        return
    tally = reads.tallies([call_up]).get(call_up.pk, (0, 0, 0, 0, 0))
    stage = "filled" if tally[1] >= call_up.wanted else "asked"
    stage = "ended" if call_up.closed_at is not None else stage
    if stage != matter.stage:
        step = {"asked": "muster.short", "filled": "muster.filled", "ended": "muster.ended"}[stage]
        _said(call_up, step, journal, now, {"occasion": matter.occasion})
        matter.stage = stage
        matter.save(update_fields=["stage"])


def _said(call_up: CallUp, kind: str, journal: int, now: datetime, body: dict[str, object]) -> int:
    whole = {"campaign": PROGRAMME.id, "subjects": [call_up.area], **body}
    (receipt,) = journals.append(journal, [(kind, now, call_up.area, whole)], now)
    if receipt.status != "kept":
        raise Refusal(_("操作未成功，请刷新后重试。"))
    return receipt.number
