"""The words of the worklist: what the desk says of a matter, as a standing of the matter's subject."""

from __future__ import annotations

from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import StandingKind, Subject

#: A matter's class, what it is about where the class does not say it, and numbers: campaign, kind of duty and occasion
#: of a duty, the area whose reader said it of what is no duty, the person who is offered (``rules.Matter.word``).
EACH = r"\.[a-z]+(\.[a-z]+)?(\.[0-9]{1,16}){1,4}"
STANDINGS = (
    StandingKind("absent", Subject.PERSON, "不在岗", "away from their post", ("yes", "no"), DESK),
    StandingKind("now", None, "暂不显示", "off the list", writers=DESK, suffix=EACH),
    StandingKind("taken", None, "负责人", "taken by", writers=DESK, suffix=EACH),
    StandingKind("need", Subject.STORE, "需要的物资", "goods needed", writers=DESK, suffix=r"\.[0-9]{1,15}"),
)
