"""How many statements each page of the desk runs: written down for every one, and the same with few rows or many.

Dear figures are kept as in the process that serves: no page waits for them, and none of these statements is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.command.uploads.models import Upload
from bulou.command.worklist.models import Owner
from bulou.desk.abilities import PAGES as NEEDS
from bulou.desk.actions import add_user
from bulou.ledger import journals
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.rounds.opening.models import Draft
from bulou.ui.live import background_cache as kept
from bulou.ui.live import fragments as live
from bulou.ui.room import unit_kinds, works
from tests import cast
from tests import desk_street as street
from tests.builders import Pen
from tests.security import two_streets
from tests.security.test_scope_desk import OWN, PAGES, address

#: The statements of a signed-in reader's GET, who he is and the scope included; his session is in memory.
STATEMENTS = {
    "account": 6, "account-password": 4, "account-second": 8, "board": 9, "device-enrol": 7,
    "devices": 7, "device-revoke": 7, "device-reinstate": 7, "device-times": 7, "times": 5,
    "doors": 12, "first-user": 2, "glass": 5, "hand-in": 5, "healthz": 2,
    "home": 5, "household-sheet": 14, "import-list": 7, "import-list-taken": 8, "map": 9, "metrics": 1,
    "missed": 10, "missed-export": 11, "now": 37, "now-list": 34, "now-matter": 11, "now-owners": 6, "now-reopen": 9,
    "official": 5, "oversight": 8, "pace": 12, "paper": 6, "parts": 4,
    "password-set": 2, "people": 6, "person": 13, "person-sheet": 21, "roster-doubts": 11, "settings": 5,
    "sign-in": 1, "sign-in-code": 4, "trust": 4, "tube-trace": 10, "user": 8,
    "users": 8, "work-disposition": 14, "work-disposition-sheet": 13, "work-visit": 14, "work-visit-sheet": 12,
    "waits": 14,
    "rounds": 8, "round-new": 7, "round-draft": 16, "round-open": 15, "round-close": 5, "round-summary": 12,
    "roster": 8, "roster-areas": 6, "roster-tree": 5, "roster-area": 10, "roster-upload": 11, "roster-rejects": 5,
    "roster-linkage": 9, "roster-linkage-run": 6,
    "zones": 18, "zone": 21, "zones-list": 21, "zones-lists": 18,
    "calls": 12, "calls-print": 11, "coverage": 8,
    "passes": 8, "pass": 4, "pass-card": 4, "pass-gates": 9, "shops": 18, "shop": 5, "shops-open": 1,
    "forces": 10, "forces-new": 5, "forces-import": 4, "forces-member": 10, "forces-edit": 6,
    "notices": 6, "notice-new": 6, "notice": 8, "notice-edit": 7, "notice-poster": 6, "notice-slips": 8, "rumours": 7,
    "call-ups": 7, "call-up-new": 5, "call-up": 9, "shifts": 7, "shift-new": 13, "allocation": 11,
    "stock": 19, "stock-cover": 27, "stock-transfers": 13, "stock-transfer": 12, "stock-note": 13, "stock-store": 30,
    "stock-act": 17, "stock-import": 5, "goods": 5, "good": 18, "good-new": 4, "good-edit": 5, "good-import": 4,
    "units": 8, "unit": 8, "unit-new": 4, "unit-edit": 6, "unit-import": 4, "unit-labels": 6,
    "zones-map": 12, "api-keys": 7, "api-openapi": 1,
    "door-cards": 7, "households": 8, "medicine-runs": 10, "medicine-run": 6,
    "volunteers": 12, "volunteer": 13, "volunteers-posters": 8, "protection": 18, "protection-gaps": 8,
    "protection-scan": 8, "outside-teams": 8, "outside-team-new": 5, "outside-team-edit": 7, "suits": 30,
    "call-up-duty": 5,
    "transfers-waiting": 11, "transfers-trips": 13, "transfers-again": 10, "facilities": 11, "facility": 10,
    "inspections": 7, "inspection-new": 8, "inspection": 9, "inspection-do": 5, "inspection-report": 12,
    "inspection-report-pdf": 12, "inspection-report-word": 12, "photo": 5,
    "checklists": 6, "checklist": 7, "checklist-import": 4, "checklist-xlsform": 5,
    "jobs": 11, "round-edit": 8, "round-scope": 9, "roster-regroup": 5,
}  # fmt: skip
#: Acts that a form carries: what is sent, and the statements of the whole act.
ACTS: dict[str, tuple[dict[str, str], int]] = {
    "now-act": ({"one": f"take@overdue.swab.{cast.ROUND}.{two_streets.GUI}.0:{cast.NO_1}"}, 17),
    "now-undo": ({"done": "1.1.1"}, 9),
    "device-times-act": ({"undo": "1"}, 14),
    "device-undo": ({"done": "revoked.1"}, 5),
    "device-card": ({"offer": "zz"}, 5),
    "device-withdraw": ({"offer": "zz"}, 4),
    "glass-review": ({"verdict": "right"}, 6),
    "user-act": ({"act": "unlock"}, 6),
    "offer": ({"duty": f"swab.{cast.ROUND}.{two_streets.GUI}.0", "to_area": str(street.NEXT_STREET), "reason": "x"}, 8),
    "offer-withdraw": ({"duty": f"swab.{cast.ROUND}.{two_streets.GUI}.0"}, 5),
    "work-disposition-act": ({"act": "told", "row": f"{cast.ROUND}.{two_streets.LI}.0."}, 9),
    "work-disposition-undo": ({"done": "1.1.1"}, 9),
    "work-visit-act": ({"act": "answered", "row": f"{cast.ROUND}.{two_streets.LI}.0."}, 8),
    "work-visit-undo": ({"done": "1.1.1"}, 9),
    "unit-act": ({"act": "closed"}, 5),
    "good-act": ({"act": "closed"}, 5),
    "stock-undo": ({"store": "3", "entry": "1.1"}, 10),
    "stock-foresee": ({}, 28),
    "zones-act": ({"act": "accept", "row": f"{cast.ESTATE}"}, 15),
    "zones-undo": ({"done": "1.1.1"}, 5),
    "calls-act": ({"act": "next"}, 7),
    "forces-act": ({"act": "ended"}, 5),
    "notice-act": ({"act": "approve"}, 10),
    "rumour-act": ({"act": "record"}, 4),
    "call-up-act": ({"act": "close"}, 9),
    "shift-act": ({"act": "cancel", "id": "1"}, 5),
    "volunteer-act": ({"act": "x"}, 5),
    "volunteers-key": ({}, 5),
    "protection-tested": ({"who": "x"}, 4),
    "outside-team-act": ({"act": "x"}, 5),
    "suits-issue": ({"store": "x"}, 5),
    "allocation-act": ({"act": "publish", "plan": "0"}, 6),
    "coverage-act": ({"act": "draw"}, 6),
    "door-cards-print": ({"which": "missing"}, 4),
    "door-cards-end": ({"home": "1"}, 4),
    "transfers-send": ({"plan": "x"}, 4),
    "transfers-undo": ({"done": "1.1.1"}, 9),
    "shop-act": ({"act": "open", "unit": "1"}, 5),
    "shop-order": ({"order": "guarantee"}, 4),
    "shop-undo": ({"done": "1.1.1"}, 5),
    "inspection-act": ({"why": ""}, 5),
    "checklist-act": ({"act": "x"}, 6),
    "photo-add": ({"about": "x"}, 4),
    "photo-remove": ({"why": ""}, 5),
    "jobs-act": ({"job": "import.1"}, 10),
    "roster-regroup-undo": ({}, 6),
    "device-cards": ({"token": "zz"}, 6),
    "api-key-revoke": ({}, 7),
    "sign-out": ({}, 6),
    "set_language": ({"language": "en"}, 1),
}
#: What is not there: figures without their key, a card that nobody printed, the district's round, rows of no import,
#: the first user, an entry on stock that is none, a pass and a shop that nobody knows, a call-up made by hand.
HIDDEN = {
    "device-card", "device-cards", "device-withdraw", "facility", "first-user", "jobs-act", "medicine-run", "metrics",
    "pass", "pass-card", "photo", "photo-add", "roster-regroup-undo", "roster-rejects", "round-close", "shop",
    "shop-act", "stock-undo", "call-up-duty", "volunteers-key", "work-muster-new",
}  # fmt: skip
#: Declared kinds of which nobody opened any here: each has the same pages.
KINDS = [work for work in works().values() if work.name not in ("disposition", "visit")]
for _work in works().values():
    _name = f"work-{_work.name}"
    # A field that asks for a unit or a good by its name lists them.
    _opens, _covers = (_work.opening.fields if _work.opening else ()), (_work.cover.fields if _work.cover else ())
    _listed = [sum(one.type in ("unit", "good") for one in fields) for fields in (_opens, _covers)]
    STATEMENTS |= {f"{_name}-import": 4, f"{_name}-view": 5} | ({f"{_name}-new": 5} if _work.opening else {})
    STATEMENTS |= {f"{_name}-cover": 5 + _listed[1]} if _work.cover else {}
    ACTS |= {f"{_name}-close": ({"campaign": "7"}, 5)} if _work.cover else {}
    ACTS |= {f"{_name}-views": ({"act": "x"}, 5)}
    HIDDEN |= {f"{_name}-view"} - {"work-visit-view"}
STATEMENTS["work-muster-new"] = 4  # a call-up is made on its own page
for _work in KINDS:
    _name = f"work-{_work.name}"
    STATEMENTS |= {_name: 11 + bool(_work.cover) + bool(_work.above), f"{_name}-sheet": 5}
    ACTS |= {f"{_name}-act": ({"act": _work.acts[0].name, "row": "1.1.0."}, 5), f"{_name}-undo": ({"done": "1.1.1"}, 9)}
    HIDDEN |= {f"{_name}-sheet", f"{_name}-close"}
STATEMENTS["work-medicine"] = 11  # what stands above it is a link


@pytest.fixture(scope="module", params=["few rows", "many rows"])
def streets(request: pytest.FixtureRequest, two_streets_clone) -> Iterator[None]:
    with two_streets_clone():
        if request.param == "many rows":
            _more()
        yield


def _more() -> None:
    """Another dozen of everything that a page lists."""
    pen = Pen(cast.AYI, cast.NO_1)
    people = [person.id for person in cast.PERSONS.values()][:10]
    entries = [pen.sealed(200 + n, label(70_000 + n), *people, mode="pooled") for n in range(12)]
    entries += [pen.moved(220, cast.RICE, n + 1, (12, 0), (2, 41)) for n in range(3)]
    street.post(*entries)
    for n in range(12):
        add_user(f"more-{n}", street.PASSWORD, [cast.STREET], ["committee"])
        journals.enrol(f"手机 {n}", "phone", (span(cast.NO_1),), cast.DAWN, cast.minute(9000))
    with scoped(EVERYWHERE):
        gate = unit_kinds()["gate"].code
        units.add([Unit(0, gate, cast.STREET, f"卡口{n}", attributes={"guards": n}) for n in range(12)], "x", cast.DAWN)
        for desk in ("desk", "laboratory", "courier"):
            Owner.objects.create(area=cast.STREET, desk=desk, name="梅主任", telephone="1")
        for person in people:
            two_streets.doubt(person, cast.NO_1, cast.NO_1, f"梅{person}", "13800000001")
            Draft.objects.create(name=f"{person}", area=cast.NO_1, by="x", made_at=cast.DAWN)
            Upload.objects.create(
                kind="persons", folder="0" * 32, file_name="x.csv", size=1, area=cast.NO_1, by="x",
                ranges=[[*span(cast.NO_1)]], made_at=cast.DAWN,
            )  # fmt: skip


@pytest.fixture
def browser(streets: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    live.forget()
    monkeypatch.setattr(kept, "KEPT", kept.BackgroundCache())
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username="street"))
    browser.get("/settings")
    return browser


def test_every_page_has_its_number() -> None:
    assert {name for name, _, _ in PAGES} == set(STATEMENTS) | set(ACTS)
    assert set(STATEMENTS).isdisjoint(ACTS) and (set(STATEMENTS) | set(ACTS)) <= set(NEEDS)


@pytest.mark.parametrize(("name", "pattern_", "names"), PAGES, ids=lambda part: part if isinstance(part, str) else "")
def test_a_page_runs_as_many_statements_as_written(
    name: str, pattern_: str, names: tuple[str, ...], browser: Client
) -> None:
    url = address(pattern_, {part: OWN[part] for part in names})
    with CaptureQueriesContext(connection) as ran:
        answer = browser.post(url, ACTS[name][0]) if name in ACTS else browser.get(url)
    assert answer.status_code < 400 or name in HIDDEN, answer.status_code
    number = ACTS[name][1] if name in ACTS else STATEMENTS[name]
    assert len(ran) == number, "\n".join([f"{len(ran)}", *(query["sql"][:120] for query in ran)])
