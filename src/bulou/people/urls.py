"""Addresses of people and of oversight."""

from django.urls import path

from bulou.people import audit, pages

urlpatterns = [
    path("people", pages.people, name="people"),
    path("people/glass", pages.break_glass, name="glass"),
    path("people/<int:person>", pages.person, name="person-sheet"),
    path("people/households/<int:household>", pages.household, name="household-sheet"),
    path("oversight", audit.oversight, name="oversight"),
    path("oversight/tubes/<int:label>", audit.tube, name="tube-trace"),
    path("oversight/glass/<int:grant>", audit.review, name="glass-review"),
]
