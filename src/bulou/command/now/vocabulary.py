"""The words of the worklist: what the desk says of a matter, as a standing of the matter's subject."""

from __future__ import annotations

from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import StandingKind, Subject

#: Of each class of matter, and of each doubt about a device.
EACH = r"\.[a-z]+(\.[a-z]+)?"
STANDINGS = (
    StandingKind("absent", Subject.PERSON, "不在岗", "away from their post", ("yes", "no"), DESK),
    StandingKind("now", None, "暂不显示", "off the list", writers=DESK, suffix=EACH),
    StandingKind("taken", None, "负责人", "taken by", writers=DESK, suffix=EACH),
)
