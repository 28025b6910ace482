"""Puts inspections and reports under row level security, brings the checklists of the house. Safe to run again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements
from bulou.oversight.checklists import plain
from bulou.oversight.samples import shipped

#: Tables whose rows belong to an area. Checklists belong to nobody: every inspector goes by the same.
SCOPED = ("oversight_inspection", "oversight_inspection_finding", "oversight_report")
#: Who brought the checklists of the house.
HOUSE = "bulou"


def install(connection: Any, role: str = "bulou_app") -> None:
    """Install what migrations do not carry, as the owner of the tables."""
    with connection.cursor() as cursor:
        for table in SCOPED:
            protect(cursor, table, "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
        for form in shipped():
            cursor.execute(
                "INSERT INTO oversight_checklist (name, version, place, title, title_en, form, by, at)"
                " SELECT %(name)s, 1, %(place)s, %(zh)s, %(en)s, %(form)s, %(by)s, %(at)s"
                " WHERE NOT EXISTS (SELECT FROM oversight_checklist WHERE name = %(name)s)",
                {"name": form.name, "place": form.place, "zh": form.zh, "en": form.en,
                 "form": json.dumps(plain(form), ensure_ascii=False), "by": HOUSE, "at": datetime.now(UTC)},
            )  # fmt: skip
