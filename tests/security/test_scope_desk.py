"""What a street's user can reach on the desk by address: every page that there is, with ids that are not the street's.

The addresses come from Django's resolver: a new page fails here until somebody says which ids to try.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bulou.desk import abilities
from bulou.ui.room import works
from tests import cast
from tests import desk_street as street
from tests.security import two_streets

#: Open to everyone; everything else leads to the sign-in page.
PUBLIC = {name for name, need in abilities.PAGES.items() if need == abilities.PUBLIC}
#: For each name in an address: the street's own, and what is somebody else's, above, or nobody's.
OWN = {
    "campaign": cast.ROUND, "area": cast.STREET, "person": two_streets.GUI, "journal": cast.LAO, "household": 41,
    "label": cast.TUBES["T1"], "grant": 1, "taken_id": 1, "user": two_streets.USERS["street"], "uidb64": "MQ",
    "token": "set-password", "code": "x", "matter": f"overdue.swab.{cast.ROUND}.{two_streets.GUI}.0:{cast.NO_1}",
    "subject": two_streets.LI, "occasion": 0,
    "duty": f"swab.{cast.ROUND}.{two_streets.GUI}.0", "draft": 1, "upload": 1, "run": 1, "unit": 1,
    "number": 1, "store": two_streets.STORES[0], "transfer": two_streets.TRANSFERS[0], "good": 1,
    "member": 1, "call_up": 1, "notice": 1, "inspection": 1, "checklist": 1, "photo": 1, "team": 1, "application": 1,
    "fetching": "0404-060000-1",
    "view": 1,
}  # fmt: skip
FOREIGN = {
    "campaign": (cast.SECOND_ROUND, 0, 2**31, 2**63),
    "area": (
        street.NEXT_STREET, street.NEXT_BUILDING, cast.DISTRICT, cast.FAR, 0, 5, cast.STREET + 1, 2**53, 2**63,
    ),
    "person": (street.STRANGER, two_streets.FOUND, 1, 2**53, 2**63),
    "journal": (two_streets.NEXT, 1, 2**53, 2**63),
    "household": (99, 1, 2**53, 2**63),
    "label": (cast.TUBES["T2"], 1, 2**53, 2**63),
    "grant": (2, 2**53, 2**63),
    "draft": (2, 2**53, 2**63),
    "upload": (2, 2**53, 2**63),
    "run": (2, 2**53, 2**63),
    "unit": (2, 2**53, 2**63),
    "member": (2, 2**53, 2**63),
    "call_up": (2, 2**53, 2**63),
    "number": (2, 2**53, 2**63),
    "notice": (2, 2**53, 2**63),
    "inspection": (2, 2**53, 2**63),
    "checklist": (99, 2**53, 2**63),
    "photo": (2, 2**53, 2**63),
    "team": (2, 2**53, 2**63),
    "application": (2, 2**53, 2**63),
    "fetching": ("0404-060000-2", "x" * 90),
    "view": (2, 2**53, 2**63),
    "store": (two_streets.STORES[1], 1, 2**53, 2**63),
    "transfer": (two_streets.TRANSFERS[1], 1, 2**53, 2**63),
    "good": (2, 2**53, 2**63),
    "taken_id": (2, 2**53, 2**63),
    "user": (two_streets.USERS["neighbour"], two_streets.USERS["district"], two_streets.USERS["nobody"], 2**53, 2**63),
    "uidb64": ("Mg", "x"),
    "token": ("set-password", "x"),
    "code": ("y", "0" * 24),
    # Somebody else's under one's own area, under hers, a device's doubts, and what is no matter at all.
    "matter": (
        f"overdue.swab.{cast.ROUND}.{street.STRANGER}.0:{cast.NO_1}",
        f"overdue.swab.{cast.ROUND}.{street.STRANGER}.0:{street.NEXT_BUILDING}",
        f"conflict.tube.{cast.ROUND}.{cast.TUBES['T2']}.0:{cast.NO_1}",
        f"conflict.journal.0.{two_streets.NEXT}.2:{cast.NO_1}", f"conflict.journal.0.{cast.LAO}.9:{cast.NO_1}",
        f"overdue.swab.{2**63}.{2**63}.0:{cast.NO_1}", "x", "overdue.swab.x.1.0:1",
        f"conflict.unknown.{cast.ROUND}.{two_streets.NEXT}.2:{cast.STREET}",
        f"overdue.items.{cast.ROUND}.{two_streets.NEXT}.1:{street.NEXT_STREET}",
        f"conflict.swab.{cast.ROUND}.{street.STRANGER}.0.unheard:{cast.NO_1}",
        f"conflict.tube.{cast.ROUND}.{cast.TUBES['T2']}.0.disputed:{cast.STREET}",
        f"conflict.tube.{cast.ROUND}.{cast.TUBES['T2']}.0.sealed:{cast.NO_1}",
        f"conflict.unheard.{cast.ROUND}.{two_streets.NEXT}.1:{cast.STREET}",
        f"conflict.journal.0.{two_streets.NEXT}.5:{cast.STREET}",
    ),
    "subject": (street.STRANGER, two_streets.FOUND, 1, 2**53, 2**63),
    "occasion": (1, 2**53, 2**63),
    "duty": (
        f"swab.{cast.ROUND}.{street.STRANGER}.0", f"tube.{cast.ROUND}.{cast.TUBES['T2']}.0", "x", "swab.x.1.0",
        f"swab.{2**63}.{2**63}.0", f"swab.{cast.ROUND}.{2**53}.0",
    ),
}  # fmt: skip
#: A query that asks for the other street's list.
OTHERS = f"?after={street.NEXT_STREET}-0-0&state=all"
#: Acts, not pages: they take a POST alone.
ACTS = {
    "device-card", "device-times-act", "device-undo", "device-withdraw", "user-act", "now-act", "now-undo",
    "glass-review", "offer", "offer-withdraw", "work-disposition-undo", "work-disposition-act",
    "work-visit-undo", "work-visit-act", "unit-act", "calls-act", "coverage-act",
    "forces-act", "call-up-act", "shift-act", "allocation-act", "suits-issue",
    "volunteers-key", "volunteer-act", "protection-tested", "outside-team-act",
    "good-act", "stock-undo",
    "stock-foresee",
}  # fmt: skip
ACTS |= {"api-key-revoke", "shop-act", "shop-order", "shop-undo", "roster-regroup-undo"}
ACTS |= {"notice-act", "rumour-act"}
ACTS |= {"inspection-act", "checklist-act", "photo-add", "photo-remove"}
ACTS |= {f"work-{name}-{page}" for name in works() for page in ("act", "undo", "views")}
ACTS |= {f"work-{work.name}-close" for work in works().values() if work.cover}
#: Of the district alone, of a file that nobody has imported, of an installation without users, and of duties that
#: nobody opened (tests/rooms opens them).
CLOSED = {"round-close", "roster-rejects", "first-user"}
#: Nobody asked for a pass or registered a shop here either.
#: Of a photo that the tests have the record alone.
CLOSED |= {"photo", "call-up-duty"}
CLOSED |= {"pass", "pass-card", "shop", "facility", "medicine-run"}
CLOSED |= {f"work-{name}-sheet" for name in works()} - {"work-disposition-sheet", "work-visit-sheet"}
#: A saved view leads to its list; there is one of visits alone.
CLOSED |= {f"work-{name}-view" for name in works()} - {"work-visit-view"}
#: A page on compounds leads from a street to its own page, the form of an inspection that is done to its sheet.
ELSEWHERE = {"roster-regroup", "inspection-do", "work-visit-view"}
#: The street has every role; nobody has none.
BARRED = {"street": (404, 405), "nobody": (403,)}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def pages(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (name, pattern_ of the address, names in it) of every page of the desk.

    Endpoints for other systems open to keys and to no session: tests/security/test_api_keys.py walks them.
    """
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern) and address.startswith("api/") and address != "api/openapi.json":
            continue
        if isinstance(pattern, URLPattern):
            names = tuple(pattern.pattern.converters)
            yield pattern.name or address, "/" + address, names
        else:
            yield from pages(pattern, address)


PAGES = sorted(pages())


def address(pattern_: str, values: dict[str, int]) -> str:
    for name, value in values.items():
        pattern_ = re.sub(rf"<(?:\w+:)?{name}>", str(value), pattern_)
    assert "<" not in pattern_, f"{pattern_}: say in OWN and FOREIGN which ids it takes"
    return pattern_


@pytest.fixture(scope="module")
def streets(two_streets_clone) -> Iterator[None]:
    with two_streets_clone():
        yield


@pytest.fixture
def browser(streets: None) -> Client:
    return Client(raise_request_exception=False)


def test_every_id_in_an_address_is_known() -> None:
    names = {name for _, _, names in PAGES for name in names}
    assert names <= set(OWN) == set(FOREIGN)
    assert len(PAGES) > 8, "the resolver was not walked"


@pytest.mark.parametrize(("name", "pattern_", "names"), PAGES, ids=lambda part: part if isinstance(part, str) else "")
def test_a_stranger_is_led_to_the_sign_in(name: str, pattern_: str, names: tuple[str, ...], browser: Client) -> None:
    url = address(pattern_, {part: OWN[part] for part in names})
    for method in METHODS:
        answer = getattr(browser, method)(url)
        if name in PUBLIC:
            assert answer.status_code < 500
        elif name == "sign-out":
            assert answer.status_code in (302, 405)
        else:
            assert (answer.status_code, answer.headers.get("Location", "").partition("?")[0]) == (302, "/sign-in")
        _tells_nothing(answer)


@pytest.mark.parametrize("user", ["street", "nobody"])
@pytest.mark.parametrize(("name", "pattern_", "names"), PAGES, ids=lambda part: part if isinstance(part, str) else "")
def test_nothing_foreign_is_reached(
    name: str, pattern_: str, names: tuple[str, ...], user: str, browser: Client
) -> None:
    own = {part: OWN[part] for part in names}
    browser.force_login(User.objects.get(username=user))
    if user == "street" and names:
        expected = 405 if name in ACTS else 404 if name in CLOSED else 302 if name in ELSEWHERE else 200
        assert browser.get(address(pattern_, own)).status_code == expected, (
            "the page is out of order, and so is this test"
        )
    tried = [own | {part: value} for part in names for value in FOREIGN[part]]
    for values in [*tried, {part: FOREIGN[part][0] for part in names}, *([own] if user == "nobody" else [])]:
        url = address(pattern_, values)
        for answer in (
            browser.get(url), browser.get(url + OTHERS) if names else None, browser.post(url),
            browser.get(url, headers={"X-Bulou-Part": "live"}), browser.get(url + "?as=xlsx"),
        ):  # fmt: skip
            if answer is not None:
                assert not names or name in PUBLIC or answer.status_code in BARRED[user], values
                _tells_nothing(answer)


def test_no_file_and_no_live_part_of_ones_own_tells_of_the_other_street(browser: Client) -> None:
    """The street's own pages once more, as Excel and as the part that refreshes itself."""
    browser.force_login(User.objects.get(username="street"))
    files, parts = set(), set()
    for name, pattern_, names in PAGES:
        url = address(pattern_, {part: OWN[part] for part in names})
        if name in ACTS or name == "sign-out":
            continue
        whole = browser.get(url)
        sheet = browser.get(url + ("?kind=exports&" if name == "oversight" else "?") + "as=xlsx&state=all")
        part = browser.get(url, headers={"X-Bulou-Part": "live"})
        for answer in (sheet, part):
            _tells_nothing(answer)
        files |= {name} if "spreadsheet" in sheet.headers.get("Content-Type", "") else set()
        parts |= {name} if "<html" not in part.content.decode(errors="replace") and b"<html" in whole.content else set()
    assert {"now", "board", "waits", "pace", "missed-export", "people", "oversight"} <= files, files
    assert {"board", "waits", "map"} <= parts, parts


def test_the_district_sees_what_the_street_must_not(browser: Client) -> None:
    """The secrets are there to be found: else the tests above prove nothing."""
    browser.force_login(User.objects.get(username="district"))
    found = browser.get(f"/rounds/{cast.ROUND}/persons/{two_streets.FOUND}").content.decode()
    assert two_streets.SECRET_NAME in found


def test_a_list_cannot_be_paged_out_of_ones_area(browser: Client) -> None:
    browser.force_login(User.objects.get(username="street"))
    for after in (f"{street.NEXT_STREET}-0-0", "0-0-0", "-1--1--1", f"{2**63}-0-0", "a-b-c", "1-2", "'--"):
        answer = browser.get(street.url(cast.STREET, "/missed"), {"state": "all", "after": after})
        assert answer.status_code in (200, 404)
        _tells_nothing(answer)


def _tells_nothing(answer) -> None:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):  # a workbook is a packed folder
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(one) for one in packed.namelist())
    told = content.decode(errors="replace") + str(answer.headers)
    assert answer.status_code < 500, "a fault"
    assert not any(secret in told for secret in two_streets.SECRETS)
