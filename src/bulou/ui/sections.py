"""Sections that a room above adds to the page of a person, a household, a unit or an area, wherever that page lies.

A page draws them with ``{% sections "person" number %}``; who draws one is asked for each page anew.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from bulou.ledger.vocabulary import Subject

#: Draws a section for a reader, about a kind of subject and its number; "" where there is none.
Section = Callable[[HttpRequest, Subject, int], str]

#: By name, in the order in which they stand; filled while Django loads the rooms.
SECTIONS: dict[str, Section] = {}
