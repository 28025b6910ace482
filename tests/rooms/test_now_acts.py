"""Acts on the list beyond a word: hand over and take over, see to it, close what was looked into; the owners' page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.command.worklist.models import Owner
from bulou.desk.actions import add_user
from bulou.ledger import clock, intake, journals
from bulou.ledger.effects import Entry
from bulou.ledger.models import Duty, Standing
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast, desk_street

#: Of a page for one range: session, user, scope of the user, then what the page reads.
#: The page asks besides for the areas to narrow it to, the receivers of an offer, and what its reader just did.
PAGE, LIST, DEVICES = 37, 34, 7

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def person(settled) -> tuple[int, int]:
    """One person of the street is on dialysis: her id and where she lives."""
    id_ = cast.PERSONS["gui"].id
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = 2 WHERE id = %s RETURNING area", [id_])
        return id_, cursor.fetchone()[0]


def signed_in(name: str) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username=name))
    return browser


def told(answer) -> str:
    return answer.content.decode()


def test_a_duty_goes_to_another_street_only_when_that_street_takes_it(person: tuple[int, int]) -> None:
    id_, area = person
    street, neighbour = signed_in("street"), signed_in("neighbour")
    row = f"danger.swab.{cast.ROUND}.{id_}.0:{area}"
    offer = {"act": "offer", "row": [row], "why": "搬到竹溪", "to_area": str(desk_street.NEXT_STREET)}
    assert "请选择接收区域" in told(street.post("/now/act", offer | {"to_area": ""}, follow=True))
    assert "已登记1条" in told(street.post("/now/act", offer, follow=True))
    assert row in street.get("/now").content.decode(), "offered is not gone"
    offered = f"offer.swab.{cast.ROUND}.{id_}.0:{desk_street.NEXT_STREET}"
    page = neighbour.get("/now").content.decode()
    assert offered in page and "外区移交" in page and "接收移交" in page
    assert offered not in street.get("/now").content.decode()
    stolen = {"one": f"accept@{offered}"}
    assert "不在您负责的区域内" in told(street.post("/now/act", stolen, follow=True))
    assert "已登记1条" in told(neighbour.post("/now/act", stolen, follow=True))
    assert "已被接收" in told(neighbour.post("/now/act", stolen, follow=True))
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=1, subject=id_).area == desk_street.NEXT_STREET
    assert row not in street.get("/now").content.decode()
    taken = f"danger.swab.{cast.ROUND}.{id_}.0:{desk_street.NEXT_STREET}"
    assert taken in neighbour.get("/now").content.decode(), "in danger there as well"
    assert "王**" in neighbour.get(f"/now/of/{taken}").content.decode()


def test_who_sees_to_it_is_shown_and_a_duty_is_not_closed_by_a_word(person: tuple[int, int]) -> None:
    id_, area = person
    street = signed_in("street")
    row = f"danger.swab.{cast.ROUND}.{id_}.0:{area}"
    page = street.post("/now/act", {"one": f"take@{row}"}, follow=True).content.decode()
    assert "street已接手" in page and row in page
    assert "不能直接办结" in told(street.post("/now/act", {"act": "close", "row": [row], "why": "x"}, follow=True))
    called = street.post("/now/act", {"one": f"call@{row}", "class": "danger"})
    assert called.headers["Location"] == "/now?class=danger"
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=1, subject=id_).stage == 1


def test_a_silent_device_of_all_areas_can_be_set_aside(person: tuple[int, int]) -> None:
    now = clock.now()
    add_user("everywhere", desk_street.PASSWORD, [0])
    phone, _key = journals.enrol("机动手机", "phone", EVERYWHERE, now - timedelta(hours=9), now + timedelta(days=1))
    body = {"campaign": cast.ROUND, "persons": [person[0]]}
    intake.post([Entry(phone, 1, "swab.called", now - timedelta(hours=8), person[1], body)], now - timedelta(hours=8))
    desk = signed_in("everywhere")
    row = f"silent.journal.0.{phone}.3:0"
    assert row in desk.get("/now").content.decode()
    assert "请填写原因" in told(desk.post("/now/act", {"act": "close", "row": [row]}, follow=True))
    desk.post("/now/act", {"act": "close", "row": [row], "why": "手机已收回", "hours": "2"})
    assert row not in desk.get("/now").content.decode()
    with scoped(EVERYWHERE):
        said = Standing.objects.get(subject_kind=6, subject=phone)
        assert (said.name, said.value) == ("now.silent.quiet.0", "closed")


def test_the_list_is_narrowed_to_an_area_of_ones_own(person: tuple[int, int]) -> None:
    id_, area = person
    street = signed_in("street")
    row = f"danger.swab.{cast.ROUND}.{id_}.0:{area}"
    page = street.get(f"/now?area={cast.UPPER}").content.decode()
    assert row in page and f'value="/now?area={cast.ESTATE}"' in page
    assert row not in street.get(f"/now?area={cast.LOWER}").content.decode()
    assert row in street.get(f"/now?area={desk_street.NEXT_STREET}").content.decode(), "not one's own: as if not asked"


def test_pages_take_a_fixed_number_of_statements(person: tuple[int, int]) -> None:
    street = signed_in("street")
    for address, number in (("/now", PAGE), ("/now/list", LIST), ("/devices", DEVICES)):
        with CaptureQueriesContext(connection) as ran:
            assert street.get(address).status_code == 200
        assert len(ran) == number, f"{address}: {len(ran)}\n" + "\n".join(q["sql"][:90] for q in ran.captured_queries)


def test_owners_are_kept_within_ones_own_areas(person: tuple[int, int]) -> None:
    street = signed_in("street")
    given = {"area": str(cast.UPPER), "desk": "area", "name": "梅主任", "telephone": "138 0000", "deputy": "梅副主任"}
    assert street.post("/now/owners", given).status_code == 302
    assert "梅主任" in street.get("/now/owners").content.decode() and "梅主任" in street.get("/now").content.decode()
    street.post("/now/owners", given | {"name": "新主任"})
    with scoped(EVERYWHERE):
        assert list(Owner.objects.values_list("name", "deputy")) == [("新主任", "梅副主任")]
        foreign = Owner.objects.create(area=desk_street.NEXT_BUILDING, name="竹主任").pk
    for wrong in (
        {"area": str(desk_street.NEXT_STREET)},
        {"area": "7"},
        {"name": " "},
        {"telephone": "<b>"},
        {"subject": "x"},
    ):
        answer = street.post("/now/owners", given | wrong)
        assert answer.status_code == 200 and 'role="alert"' in answer.content.decode(), wrong
    assert street.post("/now/owners", {"remove": str(foreign)}).status_code == 404
    assert "竹主任" not in street.get("/now/owners").content.decode()
    with scoped(EVERYWHERE):
        own = Owner.objects.get(area=cast.UPPER).pk
    asked = street.post("/now/owners", {"remove": str(own)}).content.decode()
    assert "删除责任人新主任" in asked
    with scoped(EVERYWHERE):
        assert Owner.objects.filter(pk=own).exists(), "asked is not done"
    gone = street.post("/now/owners", {"remove": str(own), "sure": "1"}).content.decode()
    assert "已删除" in gone and 'value="新主任"' in gone, "what was removed stands in the form, to be saved again"
    assert "还没有登记责任人" in street.get("/now/owners").content.decode()
    english = street.get("/now/owners", headers={"Accept-Language": "en"}).content.decode()
    assert "No owners registered yet" in english
