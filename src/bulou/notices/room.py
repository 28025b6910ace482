"""What the house must know of notices: pages, who writes and who approves, the visit to a door not reached."""

from __future__ import annotations

from bulou.notices.visits import VISITS
from bulou.notices.vocabulary import TELL
from bulou.ui.room import Ability, Page, Room

WRITE = Ability(
    "notices", "起草和发出通告", "write and send notices, answer rumours",
    ("command", "street", "committee", "notice"),
)  # fmt: skip
APPROVE = Ability("notices-approve", "批准通告", "approve notices and answers to rumours", ("command", "street"))
HERE = "bulou.notices"

PAGES = (
    Page("notices", "notices", f"{HERE}.pages.listed", "notices"),
    Page("notices/new", "notice-new", f"{HERE}.edit_page.edit", "notices"),
    Page("notices/<notice>", "notice", f"{HERE}.pages.sheet", "notices"),
    Page("notices/<notice>/edit", "notice-edit", f"{HERE}.edit_page.edit", "notices"),
    Page("notices/<notice>/act", "notice-act", f"{HERE}.pages.act", "notices"),
    Page("notices/<notice>/poster.pdf", "notice-poster", f"{HERE}.pages.poster", "notices"),
    Page("notices/<notice>/slips.pdf", "notice-slips", f"{HERE}.pages.slips", "notices"),
    Page("notices/rumours", "rumours", f"{HERE}.rumour_pages.listed", "notices"),
    Page("notices/rumours/act", "rumour-act", f"{HERE}.rumour_pages.act", "notices"),
)

ROOM = Room(
    "notices", "通告", "notices", duties=(TELL,), works=(VISITS,), abilities=(WRITE, APPROVE), pages=PAGES,
)  # fmt: skip
