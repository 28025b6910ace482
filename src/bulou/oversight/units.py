"""Units of oversight: organisations that answer for what was found."""

from __future__ import annotations

from bulou.ledger.steps import Choice, Field
from bulou.ui.room import UnitKind

ORGANISATION = UnitKind(
    "organisation", 9, "机构", "organisation", "building",
    (
        Field("sort", "choice", "性质", "Kind",
              choices=(Choice("public", "机关事业单位", "public body"), Choice("company", "企业", "company"),
                       Choice("property", "物业", "property manager"), Choice("charity", "社会组织", "charity"),
                       Choice("other", "其他", "other"))),
    ),
)  # fmt: skip
