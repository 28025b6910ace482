"""Search: one text, at most fifty people of the reader's areas, each with the door and the state in the open round."""

from __future__ import annotations

from dataclasses import dataclass

from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import DutyKind
from bulou.people.duties import DutyRow
from bulou.people.rules import LAST, SearchQuery, mask_name, mask_phone
from bulou.ui.figures import rows

SQL = statements(__package__, "search")
MOST = 50


@dataclass(frozen=True)
class Hit:
    """A person found. ``duty``: how the open round stands with this person, where there is one."""

    id: int
    name: str
    phone: str | None
    phone_2: str | None
    id_tail: str | None
    area: int
    household: int | None
    stairwell: str | None
    floor: int | None
    door: str | None
    duty: DutyRow | None

    @property
    def masked(self) -> str:
        """The name for readers who may not see names in lists."""
        return mask_name(self.name)

    @property
    def phones(self) -> str:
        """All telephones."""
        return "  ".join(phone for phone in (self.phone, self.phone_2) if phone)

    @property
    def masked_phone(self) -> str:
        """The same of the telephone."""
        return mask_phone(self.phone)


def search(asked: SearchQuery, ranges: Ranges, campaign: int, kind: DutyKind) -> tuple[list[Hit], bool]:
    """Return the people found, at most ``MOST``, and whether there are more. Three statements for each range.

    Parameters:
        campaign: whose duties of ``kind`` are shown; 0 for none.
    """
    hits: dict[int, Hit] = {}
    for lo, hi in ranges if not asked.nothing else ():
        values = {"lo": lo, "hi": hi, "place": asked.place, "building": asked.building, "door": asked.door}
        above = [ancestor(lo, depth) for depth in range(1, level(lo))]
        spots = rows(SQL["spots"], **values, above=above)
        enohp, lacol = asked.phone[::-1], asked.local[::-1]
        said = {
            "lo": lo, "hi": hi, "limit": MOST + 1, "person": asked.person, "household": asked.household,
            "name": asked.name, "latin": asked.latin, "tail": asked.tail, "enohp": enohp,
            "lacol": lacol,
        }  # fmt: skip
        came = [row[0] for row in rows(SQL["came"], **said)]
        for row in rows(
            SQL["found"], **values | said, stairwell=asked.stairwell, came=came,
            name_end=asked.name + LAST, latin_end=asked.latin + LAST, enohp_end=enohp + LAST,
            spot_lo=[spot[0] for spot in spots], spot_hi=[spot[1] for spot in spots],
            campaign=campaign, kind=kind.code,
        ):  # fmt: skip
            hits.setdefault(row[0], _hit(kind, row))
    found = list(hits.values())
    return found[:MOST], len(found) > MOST


def _hit(kind: DutyKind, row: tuple) -> Hit:
    area, stage, at, mark, why, until, outcome, takes, offered = row[10:]
    duty = None
    if area is not None:
        duty = DutyRow(
            kind, area, row[0], 0, stage, at, mark, why, until, row[1], offered_to=offered, outcome=outcome, takes=takes
        )
    return Hit(*row[:10], duty)
