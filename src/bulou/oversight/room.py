"""What the house must know of oversight: findings, directives, inspections, reports, and who opens them."""

from __future__ import annotations

from bulou.oversight.directives import DIRECTIVE, DIRECTIVES
from bulou.oversight.findings import FINDING, FINDINGS
from bulou.oversight.units import ORGANISATION
from bulou.ui.room import Ability, Menu, Page, Room

INSPECT = Ability("inspect", "检查、登记和复查问题", "make inspections, record findings and see them again",
                  ("inspector", "command", "street"))  # fmt: skip
DIRECT = Ability("direct", "交办和核查督办", "issue directives and check them", ("command", "street"))
HERE = "bulou.command.inspection"

PAGES = (
    Page(
        "inspections",
        "inspections",
        f"{HERE}.pages.listed",
        "inspect",
        Menu("现场检查", "Inspections", "clipboard-list", "", 59),
    ),
    Page("inspections/new", "inspection-new", f"{HERE}.pages.new", "inspect"),
    Page("inspections/<inspection>", "inspection", f"{HERE}.pages.sheet", "inspect"),
    Page("inspections/<inspection>/do", "inspection-do", f"{HERE}.doing.page", "inspect"),
    Page("inspections/<inspection>/act", "inspection-act", f"{HERE}.pages.act", "inspect"),
    Page("inspections/<inspection>/report", "inspection-report", f"{HERE}.report_pages.page", "inspect"),
    Page("inspections/<inspection>/report.pdf", "inspection-report-pdf", f"{HERE}.report_pages.pdf", "inspect"),
    Page("inspections/<inspection>/report.docx", "inspection-report-word", f"{HERE}.report_pages.word", "inspect"),
    Page("checklists", "checklists", f"{HERE}.checklist_pages.listed", "inspect"),
    Page("checklists/import", "checklist-import", f"{HERE}.checklist_pages.take_in", "direct"),
    Page("checklists/<checklist>", "checklist", f"{HERE}.checklist_pages.sheet", "inspect"),
    Page("checklists/<checklist>/xlsform", "checklist-xlsform", f"{HERE}.checklist_pages.xlsform", "inspect"),
    Page("checklists/<checklist>/act", "checklist-act", f"{HERE}.checklist_pages.act", "direct"),
    Page("photos/<photo>", "photo", "bulou.ui.attachments.pages.show", "now"),
    Page("photos/add", "photo-add", "bulou.ui.attachments.pages.add", "now"),
    Page("photos/<photo>/remove", "photo-remove", "bulou.ui.attachments.pages.remove", "now"),
)

ROOM = Room(
    "oversight", "督查", "oversight", duties=(FINDING, DIRECTIVE), works=(FINDINGS, DIRECTIVES),
    abilities=(INSPECT, DIRECT), pages=PAGES, units=(ORGANISATION,),
)  # fmt: skip
