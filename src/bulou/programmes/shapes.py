"""The shape of a file: its tables and what each may hold. Names are those of ``ui.room`` and ``ledger.steps``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
StepName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}$")]
Said = Annotated[str, Meta(min_length=1, max_length=200)]
Minutes = Annotated[int, Meta(ge=1, le=525_600)]
#: Codes that the house leaves to files: no room in code ever has one.
CODES = range(200, 300)
#: And numbers of programmes.
PROGRAMMES = range(2_000_000, 3_000_000)


class Worded(Struct, forbid_unknown_fields=True, kw_only=True):
    """Anything with its words in both languages."""

    zh: Said
    en: Said


class Choice(Worded, forbid_unknown_fields=True, kw_only=True):
    """One value of a field."""

    name: Name


class Field(Worded, forbid_unknown_fields=True, kw_only=True):
    """A field of a form."""

    name: Name
    type: Literal["text", "long", "int", "bool", "choice", "choices", "date", "time", "person", "household", "area"]
    required: bool = True
    choice: list[Any] = []
    help_zh: Annotated[str, Meta(max_length=200)] = ""
    help_en: Annotated[str, Meta(max_length=200)] = ""
    default: str | int | bool | None = None
    least: int | None = None
    most: int | None = None
    when: dict[Name, list[str]] = {}
    books: Literal["", "variant", "value", "due"] = ""
    personal: bool = False


class Step(Worded, forbid_unknown_fields=True, kw_only=True):
    """A kind of entry on duties of the kind."""

    name: StepName
    does: Literal["opens", "advances", "returns", "notes"]
    to: str = ""
    many: bool = False
    call: Worded | None = None
    within: dict[str, Minutes] = {}
    field: list[Any] = []


class Stage(Worded, forbid_unknown_fields=True, kw_only=True):
    """A stage; the last one is done."""

    name: Name
    within: Minutes | None = None
    not_by: str = ""


class Reason(Worded, forbid_unknown_fields=True, kw_only=True):
    """A typed reason."""

    name: Name
    mark: Literal["deferred", "refused", "excused"]


class Act(Worded, forbid_unknown_fields=True, kw_only=True):
    """What a person can do to duties of the kind."""

    name: Name
    step: str
    stages: list[str] = []
    ability: str = "decide"
    bulk: bool = True
    closed: bool = False
    phone: bool = False
    confirm: Worded | None = None


class Column(Worded, forbid_unknown_fields=True, kw_only=True):
    """A column of the list and its file."""

    name: Name
    source: str
    file: bool = False


class Menu(Worded, forbid_unknown_fields=True, kw_only=True):
    """The entry of the rail."""

    icon: Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")] = "clipboard-list"
    order: int = 70


class Programme(Worded, forbid_unknown_fields=True, kw_only=True):
    """The campaign that is always open."""

    id: int


class Cover(Worded, forbid_unknown_fields=True, kw_only=True):
    """How it is opened over an area."""

    ability: str = "rounds"


class Play(Struct, forbid_unknown_fields=True, kw_only=True):
    """How the rehearsal plays the kind."""

    per_thousand: Annotated[float, Meta(ge=0, le=1000)] = 0
    taken_min: Annotated[float, Meta(ge=0)] = 30
    done_min: Annotated[float, Meta(ge=0)] = 120
    late_share: Annotated[float, Meta(ge=0, le=1)] = 0.05
    refused_share: Annotated[float, Meta(ge=0, le=1)] = 0
    fields: dict[str, Any] = {}
    to: str = ""


class Kind(Worded, forbid_unknown_fields=True, kw_only=True):
    """A kind of duty. Tables inside it are read one by one, so that each fault is named."""

    name: Name
    code: int
    subject: Literal["person", "household", "area"]
    took_part: str
    variants: list[Name] = []
    values: list[Name] = []
    goes_back: bool = False
    covered: bool = False
    owners: dict[str, str] = {}
    dangers: list[str] = []
    sees: str = "people"
    words: str = "decide"
    opens: str = ""
    phones: list[str] = []
    where: Literal["door", "area", "given"] = "door"
    help_zh: str = ""
    help_en: str = ""
    stage: list[Any] = []
    reason: list[Any] = []
    step: list[Any] = []
    act: list[Any] = []
    column: list[Any] = []
    programme: Any = None
    cover: Any = None
    menu: Any = None
    play: Any = None


class File(Worded, forbid_unknown_fields=True, kw_only=True):
    """The whole file: one room."""

    name: Name
    kind: list[Any]
