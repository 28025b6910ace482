"""The words of zones: how an area is held, as a dated standing of the area. What lies below has it too, unless it has
its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import DutyKind, Mark, Reason, Stage, StandingKind, Subject

#: Name of the standing; its value is the name of a level.
STANDING = "zone.level"
#: Of a street: the digest of the list that was published last. Of a unit: the level under which it was published last.
PUBLISHED, LISTED = "zone.published", "zone.listed"
#: No restriction any more. It needs no end and no review.
LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Level:
    """How strictly an area is held, in the words of the notices of April 2022."""

    name: str
    zh: str
    en: str


LEVELS = (
    Level("lockdown", "封控区", "lockdown: nobody leaves the flat"),
    Level("control", "管控区", "control: nobody leaves the compound"),
    Level("precaution", "防范区", "precaution: no crowds"),
    Level(LIFTED, "已解除管控", "lifted: no restriction"),
)
#: Of an area below the one of the journal that states it.
STANDINGS = (
    StandingKind(STANDING, Subject.AREA, "管控等级", "zone level", tuple(level.name for level in LEVELS), DESK),
    StandingKind(PUBLISHED, Subject.AREA, "已公布的分区名单", "published list of zones"),
    StandingKind(LISTED, Subject.AREA, "公布的等级", "published level", tuple(level.name for level in LEVELS)),
)

#: What whoever decides a level owes: to look at it again by a date. It ends when the level is lifted.
REVIEW = DutyKind(
    21, "zone_review", Subject.AREA, "应复核分区", "zone review due",
    (Stage("open", "待复核", "to be reviewed"), Stage("reviewed", "已复核", "reviewed")),
    took_part=1,
    reasons=(
        Reason("level_lifted", Mark.EXCUSED, "已解除管控", "the level was lifted"),
        Reason("review_elsewhere", Mark.EXCUSED, "已由上级统一研判", "reviewed by the level above"),
        Reason("result_awaited", Mark.DEFERRED, "等待核酸结果", "results of a round awaited"),
    ),
)  # fmt: skip
