"""What the house must know of forces: pages for people, call-ups, shifts and the allocation, and who opens them."""

from __future__ import annotations

from bulou.forces.matters.kind import CALL_UP, CALL_UPS
from bulou.ui.room import Ability, Page, Room

FORCES = Ability(
    "forces", "调度力量", "keep the people of the forces, call them up, roster and allocate them",
    ("command", "street", "committee"),
)  # fmt: skip
HERE = "bulou.forces"

PAGES = (
    Page("forces", "forces", f"{HERE}.pages.listed", "forces"),
    Page("forces/new", "forces-new", f"{HERE}.pages.edit", "forces"),
    Page("forces/import", "forces-import", f"{HERE}.importing.page", "forces"),
    Page("forces/<member>", "forces-member", f"{HERE}.pages.sheet", "forces"),
    Page("forces/<member>/edit", "forces-edit", f"{HERE}.pages.edit", "forces"),
    Page("forces/<member>/act", "forces-act", f"{HERE}.pages.act", "forces"),
    Page("forces/call-ups", "call-ups", f"{HERE}.call_pages.listed", "forces"),
    Page("forces/call-ups/new", "call-up-new", f"{HERE}.call_pages.new", "forces"),
    Page("forces/call-ups/<call_up>", "call-up", f"{HERE}.call_pages.sheet", "forces"),
    Page("forces/call-ups/<call_up>/act", "call-up-act", f"{HERE}.call_pages.act", "forces"),
    Page("forces/call-ups/of/<campaign>/<subject>/<occasion>", "call-up-duty", f"{HERE}.call_pages.duty", "forces"),
    Page("forces/shifts", "shifts", f"{HERE}.shift_pages.listed", "forces"),
    Page("forces/shifts/new", "shift-new", f"{HERE}.shift_pages.new", "forces"),
    Page("forces/shifts/act", "shift-act", f"{HERE}.shift_pages.act", "forces"),
    Page("forces/allocation", "allocation", f"{HERE}.plan_pages.page", "forces"),
    Page("forces/allocation/act", "allocation-act", f"{HERE}.plan_pages.act", "forces"),
    Page("protection", "protection", f"{HERE}.protection.pages.listed", "forces"),
    Page("protection/tested", "protection-tested", f"{HERE}.protection.pages.tested", "forces"),
    Page("protection/gaps", "protection-gaps", f"{HERE}.protection.pages.gaps", "forces"),
    Page("protection/scan", "protection-scan", f"{HERE}.protection.scanning.page", "forces"),
    Page("protection/teams", "outside-teams", f"{HERE}.protection.team_pages.listed", "forces"),
    Page("protection/teams/new", "outside-team-new", f"{HERE}.protection.team_pages.edit", "forces"),
    Page("protection/teams/<team>/edit", "outside-team-edit", f"{HERE}.protection.team_pages.edit", "forces"),
    Page("protection/teams/<team>/act", "outside-team-act", f"{HERE}.protection.team_pages.act", "forces"),
    Page("protection/suits", "suits", "bulou.command.suits.pages.page", "forces"),
    Page("protection/suits/issue", "suits-issue", "bulou.command.suits.pages.issue", "stock"),
)

ROOM = Room(
    "forces", "人力", "forces", duties=(CALL_UP,), works=(CALL_UPS,), abilities=(FORCES,), pages=PAGES
)  # fmt: skip
