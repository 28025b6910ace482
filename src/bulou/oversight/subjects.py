"""What of oversight has photos: findings, directives, inspections."""

from __future__ import annotations

from functools import partial

from django.urls import reverse

from bulou.oversight.models import Inspection
from bulou.ui.attachments.about import About, duty_area


def inspection_area(key: str) -> int | None:
    """Return where an inspection is made that can still be added to; None where the reader sees none."""
    if not (key.isascii() and key.isdecimal() and len(key) < 16):
        return None
    found = Inspection.objects.filter(pk=int(key)).values_list("area", flat=True).first()
    return int(found) if found else None


def _sheet(kind: str, key: str) -> str:
    return reverse(f"work-{kind}-sheet", args=[int(part) for part in key.split(".")])


def _inspection(key: str) -> str:
    return reverse("inspection", args=[int(key)])


KINDS = {
    "finding": About(partial(duty_area, "finding"), partial(_sheet, "finding"), ("inspect", "decide")),
    "directive": About(partial(duty_area, "directive"), partial(_sheet, "directive"), ("direct", "decide")),
    "inspection": About(inspection_area, _inspection, ("inspect",)),
}
