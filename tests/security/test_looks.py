"""No name is seen without a look on record, whatever a browser says of itself; no identity number is kept or shown."""

from __future__ import annotations

import io
import os
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import docx
import polars
import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

import bulou
from bulou.desk.abilities import NUMBERS_READ, PAGES, PUBLIC, ROLES
from bulou.desk.actions import add_user
from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.people.duties import LOOK_LASTS
from bulou.places.models import LookUp
from bulou.places.rules import check_character
from bulou.ui.live import fragments as live
from tests import cast
from tests import desk_street as street
from tests.doors.open_pages import Clock
from tests.security.test_scope_desk import ACTS, OWN, address
from tests.security.test_scope_desk import PAGES as ADDRESSES

P = {name: person.id for name, person in cast.PERSONS.items()}
LIVE = {"X-Bulou-Part": "live"}
NUMBER = "31990419810203000" + check_character("31990419810203000")
FULL = [person.zh for person in cast.PERSONS.values()]
#: The owner's connection, while there is one: looks are moved back in time, which the application may not.
OWNER: list[psycopg.Connection] = []
#: A page on which signing out would end the test.
LEFT_OUT = {"sign-out"}


@pytest.fixture(scope="module")
def streets(two_streets_clone) -> Iterator[None]:
    with two_streets_clone() as urls, psycopg.connect(urls.owner, autocommit=True) as owner:
        for role in ROLES:
            add_user(f"a-{role}", street.PASSWORD, [cast.STREET], [role])
        add_user("a-colleague", street.PASSWORD, [cast.STREET], ["street"])
        OWNER.append(owner)
        yield
        OWNER.clear()


def browser(name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=name))
    client.cookies["bulou_language"] = "zh-hans"
    return client


def looks(user: str, person: int) -> int:
    with scoped(EVERYWHERE):
        return LookUp.objects.filter(user=user, person=person).count()


def forget(user: str) -> None:
    """Make the looks of a user older than they last."""
    OWNER[0].execute('UPDATE places_look_up SET at = at - %s WHERE "user" = %s', [2 * LOOK_LASTS, user])


@pytest.fixture(params=[False, True], ids=["read for each", "shared"])
def shared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Live parts are read anew for each who asks, or one reading serves many."""
    if request.param:
        monkeypatch.setattr(live, "SHARED", live.Shared(None, Clock()))


def test_a_header_hides_no_look(streets: None, shared: None) -> None:
    """The part alone, without its page: the first look of each who asks is on record; the next ones go on with it."""
    for name in ("a-street", "a-colleague", "a-command"):
        forget(name)
        client, before = browser(name), looks(name, P["gui"])
        for _ in range(3):
            assert "王桂芳" in client.get(street.url(cast.NO_1), headers=LIVE).content.decode()
        assert looks(name, P["gui"]) == before + 1, name


def test_a_page_that_stays_open_is_looked_at_anew(streets: None) -> None:
    forget("a-street")
    client = browser("a-street")
    client.get(street.url(cast.NO_1))
    before = looks("a-street", P["gui"])
    client.get(street.url(cast.NO_1), headers=LIVE)
    assert looks("a-street", P["gui"]) == before, "the page's own look goes on"
    forget("a-street")
    client.get(street.url(cast.NO_1), headers=LIVE)
    assert looks("a-street", P["gui"]) == before + 1
    client.get(street.url(cast.NO_1))
    assert looks("a-street", P["gui"]) == before + 2, "each page that is opened is a look"


def test_the_look_of_another_building_or_reason_covers_none(streets: None) -> None:
    forget("a-street")
    client = browser("a-street")
    client.get(f"/people/{P['zhao']}")
    client.get(street.url(cast.NO_1))
    before = looks("a-street", P["zhao"])
    client.get(street.url(cast.NO_2), headers=LIVE)
    assert looks("a-street", P["zhao"]) == before + 1


def test_looks_that_go_on_leave_no_gap_in_the_numbers(streets: None) -> None:
    client = browser("a-street")
    for building in (cast.NO_1, cast.NO_2, cast.NO_1):
        forget("a-street")
        for headers in ({}, LIVE, LIVE):
            client.get(street.url(building), headers=headers)
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        numbers = list(LookUp.objects.filter(user="a-street").order_by("number").values_list("number", flat=True))
        cursor.execute("SELECT n FROM ledger_tally WHERE log = 'look' AND writer = 'a-street'")
        assert numbers == list(range(1, cursor.fetchone()[0] + 1)) and len(numbers) > 3


#: Each role on each kind of answer, and each field of each form: at night, or when it is asked for.
WHOLE = os.environ.get("SECURITY") == "full"
#: Whether a look is on record is asked of whoever sees names, on a page and on a live part; of the others, once, that
#: they see none. A live part is the same to all who see names: every day of two of them.
SEEN = [
    pytest.param(role, headers, id=f"{kind}-{role}")
    for kind, headers in (("page", {}), ("part", LIVE)) for role, has in ROLES.items()
    if kind == "page" or ((role in ("street", "epidemiologist") or WHOLE) and "names" in has.abilities)
]  # fmt: skip
#: So many fields of a form that is sent every day, drawn anew each time, beside those that people write words into.
TRIED = 12
WORDS = {"name", "telephone", "deputy_telephone", "why", "evidence", "reason", "note"}


@pytest.mark.parametrize(("role", "headers"), SEEN)
def test_whose_name_is_on_a_page_is_on_record(streets: None, role: str, headers: dict[str, str]) -> None:
    """Each page of the desk, as a page, as a live part and as a file: a full name has a look of this minute."""
    user = f"a-{role}"
    client = browser(user)
    for name, pattern_, names in ADDRESSES:
        if name in LEFT_OUT or name in ACTS:
            continue
        url = address(pattern_, {part: OWN[part] for part in names})
        for query in ("", "?q=王桂芳", *(("?as=xlsx",) if WHOLE or not headers else ())):
            since = clock.now() - timedelta(seconds=1)
            forget(user)
            answer = client.get(url + query, headers=headers)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = content.decode(errors="replace")
            if content.startswith(b"PK") and b"word/document.xml" in content:
                text = docx.Document(io.BytesIO(content)).element.xpath("string()")
            elif content.startswith(b"PK"):
                text = str(polars.read_excel(io.BytesIO(content), has_header=False).rows())
            text = text.replace("q=王桂芳", "").replace('value="王桂芳"', "").replace("例如：王桂芳", "")
            seen = [person for person in cast.PERSONS.values() if person.zh in text]
            assert not seen or "names" in ROLES[role].abilities, (name, query, seen)
            for person in seen:
                with scoped(EVERYWHERE):
                    found = LookUp.objects.filter(user=user, person=person.id, at__gte=since).exists()
                assert found, f"{name}{query} shows {person.zh} without a look"
            if answer.status_code in (403, 404, 405):
                break  # a page that does not open does not open with a question either


@pytest.mark.parametrize("role", [name for name, role in ROLES.items() if "names" not in role.abilities])
def test_without_the_ability_no_title_and_no_file_names_anybody(streets: None, role: str) -> None:
    client = browser(f"a-{role}")
    pages = (
        f"/people/{P['gui']}", "/people/households/41", f"/rounds/{cast.ROUND}/persons/{P['gui']}",
        "/people?q=王桂芳", street.url(cast.NO_1), street.url(cast.STREET, "/waits"), "/now",
        street.url(cast.STREET, "/missed"),
    )  # fmt: skip
    for page in pages:
        for query in ({}, {"as": "xlsx"}):
            path, _, said = page.partition("?")
            answer = client.get(path, query | ({"q": "王桂芳"} if said else {}))
            text = answer.content.decode(errors="replace") + str(answer.headers)
            text = text.replace('value="王桂芳"', "").replace("q=王桂芳", "")
            assert "王桂芳" not in text, (page, query)
    if "people" not in ROLES[role].abilities and "board" in ROLES[role].abilities:
        page = client.get(street.url(cast.NO_1)).content.decode()
        assert "王*" not in page and "只看数字" in page


@pytest.mark.parametrize("role", ["planner", "store", "notice", "laboratory"])
def test_who_may_not_see_the_page_takes_no_list_of_people_out(streets: None, role: str) -> None:
    client = browser(f"a-{role}")
    assert client.get(street.url(cast.STREET, "/missed.xlsx?state=all")).status_code == 403
    assert client.get(street.url(cast.NO_1) + "?as=xlsx").status_code == 403


def forms() -> list[tuple[str, str]]:
    return [(name, pattern_) for name, pattern_, _names in ADDRESSES if PAGES[name] != PUBLIC and name not in LEFT_OUT]


@cache
def fields() -> frozenset[str]:
    """All names of fields that a form of the desk has; a new one is found in the templates."""
    found: set[str] = set()
    for file in Path(bulou.__file__).parent.rglob("*.html"):
        text = file.read_text("utf-8")
        found |= set(re.findall(r'<(?:input|textarea|select)[^>]*\bname="(\w+)"', text))
        found |= set(re.findall(r'parts/field.html" with name="(\w+)"', text))
    return frozenset(found - {"csrfmiddlewaretoken"})


@pytest.mark.parametrize(("name", "pattern_"), forms())
def test_no_form_keeps_or_repeats_an_identity_number(streets: None, name: str, pattern_: str) -> None:
    client = browser("street")
    names = next(names for one, _, names in ADDRESSES if one == name)
    url = address(pattern_, {part: OWN[part] for part in names})
    assert fields() >= WORDS
    seed = random.randrange(10**6)
    drawn = fields() if WHOLE else WORDS | set(random.Random(seed).sample(sorted(fields()), TRIED))
    for field in sorted(drawn):
        form = {"act": "show", "round": str(cast.ROUND), "how": "phone", field: f"王 {NUMBER}"}
        answer = client.post(url, form)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert NUMBER not in text.decode(errors="replace") + str(answer.headers), (name, field, seed)
        if answer.status_code == 405:
            break  # it takes no form at all
        if answer.status_code != 404 and field not in NUMBERS_READ.get(name, ()):
            assert answer.status_code == 422, (name, field, answer.status_code, seed)


def test_an_identity_number_in_an_address_goes_on_as_its_tail(streets: None) -> None:
    client = browser("street")
    for url in ("/people?q=", "/oversight?whom=", "/oversight?kind=exports&why="):
        answer = client.get(url + NUMBER)
        assert answer.status_code == 302 and answer.url.endswith(NUMBER[-4:]) and NUMBER not in answer.url
