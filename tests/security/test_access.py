"""Every page for every role; and what users of one street can do to users of another: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bulou.desk.abilities import PAGES as NEEDS
from bulou.desk.abilities import PUBLIC, ROLES, SIGNED_IN
from bulou.desk.accounts import reads
from bulou.desk.actions import add_user
from tests import cast
from tests import desk_street as street
from tests.doors.field_door import running
from tests.security import two_streets
from tests.security.test_scope_desk import ACTS, OWN, PAGES, address

#: Signing out would end the browser of the test.
LEFT_OUT = {"sign-out"}


@pytest.fixture(scope="module")
def streets(two_streets_clone) -> Iterator[object]:
    with two_streets_clone() as urls:
        for role in ROLES:
            add_user(f"a-{role}", street.PASSWORD, [cast.STREET], [role])
        yield urls


@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_to_the_roles_that_the_table_names(role: str, streets) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username=f"a-{role}"))
    wrong = []
    for name, pattern_, names in PAGES:
        if name in LEFT_OUT:
            continue
        url = address(pattern_, {part: OWN[part] for part in names})
        answer = browser.post(url) if name in ACTS else browser.get(url)
        may = NEEDS[name] in (PUBLIC, SIGNED_IN) or set(NEEDS[name].split()) <= ROLES[role].abilities
        if not may and name in ("home", "now"):  # sign-in leads here: go on to what the role opens
            fine = answer.status_code == 302 and browser.get(answer.url, follow=True).status_code == 200
        elif may:
            fine = answer.status_code not in (403, 500)
        else:
            fine = answer.status_code == 403
        if not fine:
            wrong.append((name, answer.status_code, may))
    assert wrong == []


@pytest.fixture
def boss(streets) -> Client:
    """The administrator of Plum Creek."""
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username="a-administrator"))
    return browser


UNTIL = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


@pytest.mark.parametrize("said", [
    {"act": "give", "role": "street", "path": "104.7", "until": UNTIL, "reason": "x"},
    {"act": "give", "role": "street", "path": "104.8", "until": UNTIL, "reason": "x"},
    {"act": "end", "grant": "1", "reason": "x"},
    {"act": "password"}, {"act": "unlock"}, {"act": "second"},
])  # fmt: skip
@pytest.mark.parametrize("name", ["neighbour", "district", "nobody"])
def test_users_of_others_are_out_of_reach(said: dict[str, str], name: str, boss: Client) -> None:
    other = User.objects.get(username=name)
    before = reads.who(other.pk, datetime.now(UTC)).grants, other.password
    assert boss.post(f"/settings/users/{other.pk}/act", said).status_code == 404
    assert boss.get(f"/settings/users/{other.pk}").status_code == 404
    other.refresh_from_db()
    assert (reads.who(other.pk, datetime.now(UTC)).grants, other.password) == before


def test_the_list_of_users_holds_ones_own_alone(boss: Client) -> None:
    for query in ("", "?q=neigh", "?q=district", "?after=a", "?q=%00"):
        page = boss.get("/settings/users" + query).content.decode()
        assert "neighbour" not in page.replace("?q=neigh", "") and ">district<" not in page and ">nobody<" not in page
    assert ">a-street<" in boss.get("/settings/users?q=a-st").content.decode()


def test_a_grant_cannot_be_ended_under_another_users_name(boss: Client) -> None:
    """The number of a role that is somebody else's, at an own user's address."""
    from bulou.desk.accounts.models import Grant

    theirs = Grant.objects.get(user__username="neighbour")
    own = User.objects.get(username="a-street").pk
    boss.post(f"/settings/users/{own}/act", {"act": "end", "grant": theirs.pk, "reason": "x"})
    theirs.refresh_from_db()
    assert theirs.ended_at is None


def test_an_account_that_reaches_higher_is_not_renewed(boss: Client) -> None:
    """Command's role in one's own street is not a street administrator's to take over by a new password."""
    for name in ("a-command", "a-auditor"):
        high = User.objects.get(username=name)
        assert boss.post(f"/settings/users/{high.pk}/act", {"act": "password"}).status_code == 302
        kept = high.password
        high.refresh_from_db()
        assert high.password == kept


def test_without_the_ability_there_are_no_names(streets) -> None:
    """A planner looks at a building's board: who lives there is masked or not there."""
    for role in ("planner", "inspector"):
        browser = Client()
        browser.force_login(User.objects.get(username=f"a-{role}"))
        page = browser.get(street.url(cast.NO_1)).content.decode()
        assert "王桂芳" not in page, role
        sheet = browser.get(f"/rounds/{cast.ROUND}/persons/{two_streets.GUI}").content.decode()
        assert "王桂芳" not in sheet, role
    browser = Client()
    browser.force_login(User.objects.get(username="a-committee"))
    assert "王桂芳" in browser.get(street.url(cast.NO_1)).content.decode()


def test_an_export_is_masked_but_for_those_who_may_carry_names(streets) -> None:
    import io

    import polars

    for role, full in (("street", False), ("committee", False), ("command", True)):
        browser = Client()
        browser.force_login(User.objects.get(username=f"a-{role}"))
        content = browser.get(street.url(cast.STREET, "/missed.xlsx") + "?state=all").content
        text = str(polars.read_excel(io.BytesIO(content)).rows())
        assert ("王桂芳" in text) == full, role


def test_no_page_tells_of_the_other_street_whatever_is_asked(streets) -> None:
    """Search, filters and exports with the other street's words: by every page that needs no id."""
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username="street"))
    asked = (two_streets.SECRET_NAME, "zhuxinlan", two_streets.SECRET_PHONE, "竹", str(two_streets.FOUND))
    for name, pattern_, names in PAGES:
        if names or name in LEFT_OUT:
            continue
        for word in asked:
            for key in ("q", "name", "user", "whom", "area", "person"):
                answer = browser.get(address(pattern_, {}), {key: word})
                content = b"" if answer.streaming else answer.content
                told = content.decode(errors="replace").replace(f'value="{word}"', "").replace(word, "", 0)
                found = [secret for secret in two_streets.SECRETS if secret in told and secret not in word]
                assert answer.status_code < 500 and not found, (name, key, word)


def test_a_session_of_the_desk_opens_nothing_at_the_field_door(streets, tmp_path) -> None:
    browser = Client()
    browser.force_login(User.objects.get(username="street"))
    cookies = {"bulou_session": browser.cookies["bulou_session"].value}
    with (tmp_path / "door.log").open("wb") as out, running(streets, str(tmp_path), out) as door:
        for path in ("/field/pack", "/field/pack?since=0"):
            assert httpx.get(door.url + path, cookies=cookies).status_code == 401
        told = {"incarnation": None, "entries": []}
        assert httpx.post(door.url + "/field/journal", json=told, cookies=cookies).status_code == 401


def test_the_link_of_a_password_is_made_for_one_user(streets) -> None:
    from bulou.desk.accounts import actions
    from bulou.ledger.scope import EVERYWHERE, scoped

    one, other = User.objects.get(username="a-store"), User.objects.get(username="a-notice")
    with scoped(EVERYWHERE):
        link = actions.renew_password(one, "test", datetime.now(UTC))
        theirs = actions.renew_password(other, "test", datetime.now(UTC))
    mixed = reverse("password-set", kwargs={"uidb64": theirs.split("/")[3], "token": link.split("/")[4]})
    assert "已用过" in Client().get(mixed, follow=True).content.decode()
