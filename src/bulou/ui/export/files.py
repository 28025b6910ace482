"""Any list of the desk as an Excel file, by the same address with ``?as=xlsx``: what is shown, with its filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from bulou.ledger import clock
from bulou.ui import access_log
from bulou.ui.export import workbook
from bulou.ui.templatetags.naming import seal_line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows of a list that is shown in part and exported whole.
MOST = 5000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it leaves.

    Parameters:
        what: the code by which the record of exports knows it.
        place: where it is about, for the file's name.
        title: what it is, in the reader's language.
        people: (person, area) of each whose name is in it, masked or not: a look, on record.
        masked: whether names are.
    """

    what: str
    place: str
    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[str | int | None]]
    people: list[tuple[int, int]] = field(default_factory=list)
    masked: bool = True


def wanted(request: HttpRequest, need: str = "export", area: int | None = None) -> bool:
    """Tell whether the list is asked for as a file.

    Parameters:
        need: the ability that it takes besides that of its page, or several: for lists of people, ``people``.
        area: what the list is about; None where it is about all that the page reaches.

    Raises:
        PermissionDenied: asked for by somebody who may not take lists out here.
    """
    if request.GET.get("as") != "xlsx":
        return False
    if not _may(request, need, area):
        raise PermissionDenied
    return True


def unmasked(request: HttpRequest, area: int | None = None) -> bool:
    """Tell whether names may leave in full: by who may see them and may take them out, in each place of the list."""
    return _may(request, "names export-names", area)


def _may(request: HttpRequest, need: str, area: int | None) -> bool:
    return request.abilities.issuperset(need.split()) if area is None else request.may(need, area)


def answer(request: HttpRequest, sheet: Sheet, area: int) -> HttpResponse:
    """Return the file; it and each name in it are on record within ``area``, which is the reader's."""
    now, user, rows = clock.now(), request.user.get_username(), list(sheet.rows)
    told = {name: value for name, value in request.GET.items() if name != "as" and value}
    access_log.note_look(sheet.people, user, f"desk: export {sheet.what.removesuffix('.xlsx')}", now)
    access_log.note_export(user, sheet.what, _kept(told), len(rows), sheet.masked, now, area)
    given = HttpResponse(workbook.workbook(sheet.title, sheet.head, rows, seal_line()), content_type=XLSX)
    name = workbook.file_name(sheet.place, sheet.title, now)
    given["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return given


def _kept(told: Mapping[str, Any]) -> dict[str, str]:
    """The filters as the record keeps them: what was searched for can be a name or a telephone, and is not."""
    return {name: ("…" if name in ("q", "whom") else str(value)[:80]) for name, value in told.items()}
