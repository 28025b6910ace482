"""Addresses of inspections, their reports and checklists."""

from django.urls import path

from bulou.command.inspection import checklist_pages, doing, pages, report_pages

urlpatterns = [
    path("inspections", pages.listed, name="inspections"),
    path("inspections/new", pages.new, name="inspection-new"),
    path("inspections/<int:inspection>", pages.sheet, name="inspection"),
    path("inspections/<int:inspection>/do", doing.page, name="inspection-do"),
    path("inspections/<int:inspection>/act", pages.act, name="inspection-act"),
    path("inspections/<int:inspection>/report", report_pages.page, name="inspection-report"),
    path("inspections/<int:inspection>/report.pdf", report_pages.pdf, name="inspection-report-pdf"),
    path("inspections/<int:inspection>/report.docx", report_pages.word, name="inspection-report-word"),
    path("checklists", checklist_pages.listed, name="checklists"),
    path("checklists/import", checklist_pages.take_in, name="checklist-import"),
    path("checklists/<int:checklist>", checklist_pages.sheet, name="checklist"),
    path("checklists/<int:checklist>/xlsform", checklist_pages.xlsform, name="checklist-xlsform"),
    path("checklists/<int:checklist>/act", checklist_pages.act, name="checklist-act"),
]
