"""The steps to the first round, with the state of each and where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest

from bulou.ledger import clock
from bulou.ledger.scope import multirange
from bulou.ledger.statements import statements
from bulou.ui import tabs
from bulou.ui.figures import rows

SQL = statements(__package__, "first")
#: So many people are counted; of more it is said that there are more.
MOST = 100_000
#: The page on which a step is done, and the ability that it asks for.
PAGES = {
    "areas": ("roster-areas", "roster"),
    "roster": ("roster", "roster"),
    "accounts": ("users", "users"),
    "phones": ("device-enrol", "devices"),
    "laboratories": ("device-enrol", "devices"),
    "round": ("round-new", "rounds"),
}
#: Steps without which the next one has no ground.
NEEDED = ("areas", "roster")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, how many there are already, whether that is enough, and the page on which it is done.

    ``page`` is "" where it is not the reader's to do; ``waits``: something before it is missing.
    """

    name: str
    n: int
    others: int
    done: bool
    waits: bool
    page: str

    @property
    def more(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.n >= MOST


def steps(request: HttpRequest) -> list[Step]:
    """Return the steps as they stand within the reader's areas; none once there was a round."""
    if tabs.campaigns(request) or not request.areas:
        return []
    values = {"scope": multirange(request.ranges), "most": MOST, "now": clock.now(), "real": datetime.now(UTC)}
    ((areas, people, users, phones, laboratories, couriers),) = rows(SQL["there"], **values)
    found = {
        "areas": (areas, 0, areas > 0), "roster": (people, 0, people > 0), "accounts": (users, 0, users > 1),
        "phones": (phones, 0, phones > 0), "laboratories": (laboratories, couriers, bool(laboratories and couriers)),
        "round": (0, 0, False),
    }  # fmt: skip
    out: list[Step] = []
    ground = True
    for name, (n, others, done) in found.items():
        page, need = PAGES[name]
        out.append(Step(name, n, others, done, not ground and not done, page if request.who.may(need) else ""))
        ground = ground and (done or name not in NEEDED)
    return out
