"""People: who is missed, one person's and one household's record, and every look at them.

What other rooms use of it is named here.
"""

from bulou.people.duties import (
    PAGE,
    SQL,
    STATES,
    UNSURE,
    Door,
    DutyRow,
    Key,
    TimelineEntry,
    building,
    duties_of,
    go_on_looking,
    leaf_ways,
    missed,
    person_kinds,
    reason,
    telephones,
    timeline,
)
from bulou.people.positive import is_secret, positives
from bulou.ui.access_log import note_export, note_look

__all__ = [
    "PAGE", "SQL", "STATES", "UNSURE", "Door", "DutyRow", "Key", "TimelineEntry", "building", "duties_of",
    "go_on_looking", "is_secret", "leaf_ways", "missed", "note_export", "note_look", "person_kinds",
    "positives", "reason", "telephones", "timeline",
]  # fmt: skip
