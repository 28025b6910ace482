"""Addresses of the pages of forces."""

from django.urls import path

from bulou.forces import call_pages, importing, pages, plan_pages, shift_pages

urlpatterns = [
    path("forces", pages.listed, name="forces"),
    path("forces/new", pages.edit, name="forces-new"),
    path("forces/import", importing.page, name="forces-import"),
    path("forces/<int:member>", pages.sheet, name="forces-member"),
    path("forces/<int:member>/edit", pages.edit, name="forces-edit"),
    path("forces/<int:member>/act", pages.act, name="forces-act"),
    path("forces/call-ups", call_pages.listed, name="call-ups"),
    path("forces/call-ups/new", call_pages.new, name="call-up-new"),
    path("forces/call-ups/<int:call_up>", call_pages.sheet, name="call-up"),
    path("forces/call-ups/<int:call_up>/act", call_pages.act, name="call-up-act"),
    path("forces/call-ups/of/<int:campaign>/<int:subject>/<int:occasion>", call_pages.duty, name="call-up-duty"),
    path("forces/shifts", shift_pages.listed, name="shifts"),
    path("forces/shifts/new", shift_pages.new, name="shift-new"),
    path("forces/shifts/act", shift_pages.act, name="shift-act"),
    path("forces/allocation", plan_pages.page, name="allocation"),
    path("forces/allocation/act", plan_pages.act, name="allocation-act"),
]
