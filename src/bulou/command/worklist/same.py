"""Two records of one person: the duty of one ends only where the other is named, and stays."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui.figures import rows

SQL = statements(__package__, "same")
REASON = "same_person"
_CODE = re.compile(r"[Pp]?\s*(\d{1,16})")


class Wrong(ValueError):
    """What was given names no record that stays; its text is the sentence that the page shows."""


def other_of(text: str, subject: int, campaign: int, duty: str) -> int:
    """Return the person whose record stays, from what a form says: the code P501 or its number.

    Raises:
        Wrong: nobody is named, the same record, nobody of the reader's areas, or one that is a duplicate itself.
    """
    code = _CODE.fullmatch(text.strip())
    if code is None:
        raise Wrong(_("“与另一记录为同一人”须写明是哪一条：请填要保留的那条记录的人员编码，例如 P501。"))
    person = int(code[1])
    if person == subject:
        raise Wrong(_("要保留的记录不能是它自己。"))
    found = rows(SQL["other"], person=person, campaign=campaign, kind=REGISTRY.duties[duty].code)
    if not found:
        raise Wrong(_("您的区域内没有编码为 P%(person)s的人。") % {"person": person})
    if found[0][1]:
        raise Wrong(_("P%(person)s本身已记为重复记录：两条互指，谁也不会被采样。") % {"person": person})
    return person
