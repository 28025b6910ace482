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

from bulou.command import kept, live
from bulou.command.now.models import Owner
from bulou.command.opening.models import Draft
from bulou.command.uploads.models import Upload
from bulou.desk.abilities import PAGES as NEEDS
from bulou.desk.actions import add_user
from bulou.ledger import journals
from bulou.ledger.areas import span
from bulou.ledger.labels import label
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.builders import Pen
from tests.security import two_streets
from tests.security.test_scope_desk import OWN, PAGES, address

#: The statements of a signed-in reader's GET, who he is and the scope included; his session is in memory.
STATEMENTS = {
    "account": 6, "account-password": 4, "account-second": 8, "board": 9, "device-enrol": 7,
    "devices": 7, "device-revoke": 7, "device-reinstate": 7, "device-times": 7, "times": 5,
    "doors": 12, "glass": 5, "hand-in": 5, "healthz": 2,
    "home": 5, "household-sheet": 13, "import-list": 7, "import-list-taken": 8, "map": 9, "metrics": 1,
    "missed": 10, "missed-export": 11, "now": 35, "now-list": 32, "now-matter": 11, "now-owners": 6, "now-reopen": 9,
    "official": 5, "oversight": 8, "pace": 12, "paper": 6, "parts": 4,
    "password-set": 2, "people": 6, "person": 13, "person-sheet": 18, "roster-doubts": 9, "settings": 5,
    "sign-in": 1, "sign-in-code": 4, "trust": 4, "tube-trace": 10, "user": 8,
    "users": 8, "work-disposition": 12, "work-disposition-sheet": 12, "waits": 13,
    "rounds": 8, "round-new": 7, "round-draft": 14, "round-open": 14, "round-close": 5, "round-summary": 12,
    "roster": 7, "roster-areas": 6, "roster-upload": 11, "roster-rejects": 5,
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
    "work-disposition-act": ({"act": "told", "row": f"{cast.ROUND}.{two_streets.LI}.0."}, 8),
    "work-disposition-undo": ({"done": "1.1.1"}, 9),
    "sign-out": ({}, 6),
    "set_language": ({"language": "en"}, 1),
}
#: What is not there: figures without their key, a card that nobody printed, the district's round, rows of no import.
HIDDEN = {"metrics", "device-card", "device-withdraw", "round-close", "roster-rejects"}


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
    monkeypatch.setattr(kept, "KEPT", kept.Kept())
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
