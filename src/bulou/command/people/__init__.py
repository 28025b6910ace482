"""People: who is missed, one person's and one household's record, and every look at them.

What other rooms use of it is named here.
"""

from bulou.command.people.duties import (
    PAGE,
    SQL,
    STATES,
    UNSURE,
    Door,
    Key,
    Owed,
    Told,
    building,
    duties_of,
    go_on_looking,
    leaf_ways,
    missed,
    note_look,
    person_kinds,
    reason,
    telephones,
    timeline,
)
from bulou.command.people.records import note_export

__all__ = [
    "PAGE", "SQL", "STATES", "UNSURE", "Door", "Key", "Owed", "Told", "building", "duties_of", "go_on_looking",
    "leaf_ways", "missed", "note_export", "note_look", "person_kinds", "reason", "telephones", "timeline",
]  # fmt: skip
