"""Who may do what on the desk: abilities, the roles that hold them, and the page that each opens.

Three tables. A page that stands in none of the rows of ``PAGES`` opens to nobody. docs/reference/roles.md is printed
from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bulou.ui.room import ROOMS


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing that a user may do."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Role:
    """What a task needs, and no more. ``why``: the reason for what it has and for what it lacks.

    ``from_level``: the lowest level of the area tree (1 district, 2 street ...) whose administrator may give it.
    """

    name: str
    zh: str
    en: str
    from_level: int
    abilities: frozenset[str]
    why: str


#: Of pages alone: open before sign-in, and to everybody who has signed in.
PUBLIC, SIGNED_IN = "public", "signed-in"

ABILITIES = {
    row.name: row
    for row in (
        Ability("board", "查看总览", "see figures, waits, forecast and map"),
        Ability("now", "查看待办", "see the to-do list"),
        Ability("decide", "办理待办", "act on the to-do list: take it on, snooze it, close it"),
        Ability("words", "登记去向", "record what became of a duty: called, away, refused, excused, reassigned"),
        Ability("dispose", "处置阳性", "record the same for the transfer of people who test positive"),
        Ability("samples", "登记采样", "report tubes and boxes on the way to the laboratory"),
        Ability("results", "上报结果", "report what a laboratory received and found"),
        Ability("void", "作废上报", "void what somebody else reported"),
        Ability("people", "查询人员", "search people and open their records, names masked"),
        Ability("names", "查看全名", "see names and telephone numbers in full"),
        Ability("glass", "越区查阅", "view one person outside the own areas, with a reason, subject to review"),
        Ability("export", "导出名单", "export lists, names masked"),
        Ability("export-names", "导出全名", "export lists with names in full"),
        Ability("import", "录入名单", "import pasted lists, enter paper forms"),
        Ability("rounds", "开始和结束轮次", "open and close rounds"),
        Ability("roster", "登记单位，导入区域和名册", "keep the register of units, load the area tree and rosters"),
        Ability("jobs", "查看后台任务", "see long work: imports, linkage, openings of rounds"),
        Ability("official", "与上级数据核对", "check our figures against official ones"),
        Ability("devices", "管理设备", "see and enrol devices, disable lost ones"),
        Ability("audit", "审计", "search the access log, review out-of-area access, trace tubes"),
        Ability("users", "管理账号", "grant and end roles, reset passwords, unlock accounts"),
        Ability("settings", "查看系统设置", "see how the installation is set up"),
    )
}
#: These say how a page may be used, not which: the holder has one on a page only when it reaches as far as the page.
QUALIFIERS = frozenset({"decide", "people", "names", "export", "export-names"})
#: Who holds one of these signs in with a second step where the installation requires it.
GUARDED = frozenset({"names", "users", "audit", "export", "export-names"})


def _role(name: str, zh: str, en: str, from_level: int, abilities: str, why: str) -> Role:
    held = frozenset(abilities.split())
    unknown = held - set(ABILITIES)
    assert not unknown, unknown
    return Role(name, zh, en, from_level, held, why)


ROLES = {
    row.name: row
    for row in (
        _role("command", "指挥部", "command", 1,
              "board now decide words dispose samples results void people names glass export export-names import"
              " rounds roster jobs official devices",
              "Decides for the district, opens and closes its rounds, hands lists to hospitals. Accounts and the"
              " record of looks are with others, so that nobody judges himself."),
        _role("street", "街镇", "street or town", 2,
              "board now decide words dispose samples void people names glass export import roster jobs"
              " official devices",
              "Brings in its rosters, finds and calls the missed people of the street; what leaves as a file stays"
              " masked."),
        _role("committee", "居委会", "neighbourhood committee", 3,
              "board now decide words samples people names export import devices",
              "Knocks at doors by name, takes back paper, enrols the volunteers of the day; no looks outside, no file"
              " with names; what others reported is taken back by the street."),
        _role("planner", "计划员", "planner", 1, "board now export official",
              "Plans by figures; knows nobody by name, nor takes a list of people out."),
        _role("laboratory", "实验室", "laboratory", 2, "board now results",
              "Sees what is late and reports results; a tube's label is enough for that, and no word on a person is its"
              " to say."),
        _role("transfer", "转运专班", "transfer desk", 2, "board now decide dispose people names export",
              "Telephones those who must be moved and their drivers; whether somebody was swabbed is not its to say."),
        _role("facility", "隔离收治点", "facility", 1, "now people names",
              "Receives people by name from the whole district, takes back its own records; the district's figures are"
              " not its task."),
        _role("store", "仓库", "store", 2, "board now decide",
              "Counts goods and households, no persons, and says nothing of them."),
        _role("request", "诉求专班", "request desk", 2, "board now decide people names",
              "Calls back who asked for help."),
        _role("inspector", "督查", "inspector", 2, "board now people export",
              "Checks places and lists; sees that somebody was missed, not who it is."),
        _role("notice", "宣传", "notices", 2, "board", "Writes to areas; a notice never names anybody."),
        _role("epidemiologist", "流调", "epidemiologist", 1,
              "board now people names glass export export-names",
              "Follows contacts across areas, sees to their quarantine, and hands their lists to other districts."),
        _role("auditor", "审计", "auditor", 1, "people export audit",
              "Sees who looked at whom, the people masked; decides nothing and can change nothing."),
        _role("administrator", "账号管理员", "administrator of accounts", 3, "users settings jobs devices",
              "Gives roles within the own areas, ends lost devices; sees no figures and no names, so enrols no device"
              " that carries any."),
    )
}  # fmt: skip

#: The ability that each page of the desk asks for, by url name (by address where it has no name); of several,
#: all in one place. What is written there asks for the ability of its kind of entry besides (``command.entitled``).
PAGES = {
    # before and around sign-in
    "sign-in": PUBLIC,
    "password-set": PUBLIC,
    "first-user": PUBLIC,  # asks for a one-time code of its own, and opens only while there is no user
    "set_language": PUBLIC,
    "healthz": PUBLIC,
    "metrics": PUBLIC,  # asks for a key of its own
    "sign-out": SIGNED_IN,
    "sign-in-code": SIGNED_IN,
    "account": SIGNED_IN,
    "account-password": SIGNED_IN,
    "account-second": SIGNED_IN,
    "settings": SIGNED_IN,  # language and look of the reader's own desk
    "trust": SIGNED_IN,  # who helps a phone compares the fingerprint here
    "parts": SIGNED_IN,  # invented content
    # figures
    "home": "board",
    "board": "board",
    "waits": "board",
    "map": "board",
    "pace": "board",
    "official": "official",
    # rounds
    "rounds": "board",
    "round-summary": "board",
    "round-new": "rounds",
    "round-draft": "rounds",
    "round-edit": "rounds",
    "round-open": "rounds",
    "round-scope": "people",
    "round-close": "rounds",
    # what needs a decision
    "now": "now",
    "now-list": "now",
    "now-matter": "now",
    "now-act": "decide",
    "now-undo": "decide",
    "now-reopen": "decide",
    "now-owners": "decide",  # says who answers for what, with telephone numbers
    # people
    "missed": "people",
    "person": "people",
    "paper": "import",  # sheets of paper, printed and taken back
    "import-list": "import names",  # shows whom each line means
    "import-list-taken": "import names",
    "doors": "people names",  # printed to be walked by name
    "people": "people",
    "person-sheet": "people",
    "household-sheet": "people",
    "roster-doubts": "decide people",  # one person or two
    "roster": "roster",
    "roster-areas": "roster",
    "roster-tree": "roster",
    "roster-area": "roster",
    "roster-regroup": "roster",
    "roster-regroup-undo": "roster",
    "roster-upload": "roster",
    "roster-rejects": "roster names",  # rows as the office sent them
    "roster-linkage": "roster",
    "roster-linkage-run": "roster",
    "jobs": "jobs",
    "jobs-act": "jobs",  # what is done to a job asks for the ability of the job besides
    "offer": "people",  # what is offered asks for the ability of its kind of duty besides
    "offer-withdraw": "people",
    "glass": "glass",
    "missed-export": "people export",
    # the record of looks and exports
    "oversight": "audit",
    "tube-trace": "audit",
    "glass-review": "audit",
    # the register of units
    "units": "board",
    "unit": "board",
    "unit-new": "roster",
    "unit-edit": "roster",
    "unit-act": "roster",
    "unit-import": "roster",
    "unit-labels": "roster",
    # devices and accounts
    "devices": "devices",
    "device-revoke": "devices",
    "device-reinstate": "devices",
    "device-undo": "devices",
    "device-enrol": "devices",
    "device-card": "devices",
    "device-cards": "devices",
    "device-withdraw": "devices",
    "hand-in": "devices",
    "times": "devices",
    "device-times": "devices",
    "device-times-act": "decide",  # says what counts
    "users": "users",
    "user": "users",
    "user-act": "users",
    # keys of other systems; the endpoints ask for a key of their own (desk/api/door.py)
    "api-keys": "users",
    "api-key-revoke": "users",
    **dict.fromkeys(
        (
            "api-openapi",
            "api-kinds",
            "api-duties",
            "api-duty",
            "api-act",
            "api-rounds",
            "api-counters",
            "api-areas",
            "api-units",
            "api-zones",
            "api-shops",
        ),
        PUBLIC,
    ),
}

#: Fields of forms in which a whole identity number is looked for by the page itself, because it refuses line by line,
#: takes the tail alone, or keeps nothing. In every other field of the desk one is refused before the page sees it.
NUMBERS_READ = {
    "import-list": {"table"},
    "paper": {"table"},
    "official": {"table"},
    "glass": {"value"},
    "account-password": {"old_password", "new_password1", "new_password2"},
}

#: Where somebody is led whose role does not open the page that sign-in leads to: the first that he may open.
LANDINGS = ("now", "home", "oversight", "people", "users", "account")


def declare() -> None:
    """Take in what the rooms declare: abilities with the roles that hold them, pages, those of each kind of work.

    What is written there asks for the ability of its act besides.
    """
    for room in ROOMS.values():
        for own in room.abilities:
            ABILITIES.setdefault(own.name, Ability(own.name, own.zh, own.en))
            for name in own.roles:
                ROLES[name] = replace(ROLES[name], abilities=ROLES[name].abilities | {own.name})
        PAGES.update({page.name: page.ability for page in room.pages})
        for work in room.works:
            name = f"work-{work.name}"
            under = ["sheet", "act", "import", "undo", "view", "views"] + ["new"] * bool(work.opening)
            under += ["cover", "close"] * bool(work.cover)
            PAGES.update(dict.fromkeys((name, *(f"{name}-{page}" for page in under)), work.sees))


def roles_with(need: str) -> list[Role]:
    """Return the roles that hold an ability, or all of several."""
    wanted = frozenset(need.split())
    return [role for role in ROLES.values() if wanted and wanted <= role.abilities]
