"""What a form on the list chose and said: the rows, and what came with the act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from bulou.command.worklist.rules import Category, WorkItem, subject_kind
from bulou.ledger.statements import statements
from bulou.ui import entitled

SQL = statements(__package__, "acts")


class Refusal(ValueError):
    """An act that cannot be done; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class ItemKey:
    """A ticked row: what its key and its area say, and for how many it stood (0: not said)."""

    class_: Category
    kind: str
    campaign: int
    subject: int
    occasion: int
    area: int
    n: int = 0
    doubt: str = ""
    foreign: bool = False

    @classmethod
    def read(cls, text: str) -> ItemKey:
        """Return the row that a form's value names: the matter's key, a colon, the area; with another the number.

        Raises:
            Refusal: not such a value.
        """
        try:
            key, area, *n = text.split(":")
            class_, kind, campaign, subject, occasion, *doubt = key.split(".")
            numbers = [int(part) for part in (campaign, subject, occasion, area, *n)]
            if len(n) > 1 or any(not 0 <= number < 2**53 for number in numbers) or numbers[0] >= 2**31:
                raise ValueError(text)
            chosen = cls(Category[class_.upper()], kind, *numbers)
            chosen = replace(chosen, doubt=doubt[0]) if doubt else chosen
            if chosen.matter.key != key:
                raise ValueError(text)
            return chosen
        except (ValueError, KeyError):
            raise Refusal(_("无法识别所选事项。")) from None

    @property
    def subject_kind(self) -> int:
        """Return what the subject is."""
        return subject_kind(self.kind)

    @property
    def matter(self) -> WorkItem:
        """Return the matter as far as its key tells it."""
        return WorkItem(
            self.class_, self.kind, self.subject, self.area, None, occasion=self.occasion, campaign=self.campaign,
            detail=self.doubt, foreign=self.foreign,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActRequest:
    """What the user gave with an act. ``until``: the end of a deferral; ``to_area``: who is asked to take a duty;
    ``report``: journal and number of the report that is said anew; ``value``: the result that is chosen; ``count``: of
    tubes; ``same_as``: the code of the record that stays; ``may``: what the writer's roles let him do.
    """

    act: str
    user: str
    now: datetime
    reason: str = ""
    evidence: str = ""
    until: datetime | None = None
    to_area: int = 0
    report: tuple[int, int] = (0, 0)
    value: str = ""
    count: int = -1
    same_as: str = ""
    may: entitled.May = lambda _ability, _area: False  # unless somebody says who asks
