"""The board shows what the counters hold, in a fixed number of statements, to those whose area it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.ledger.areas import level, span
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.live import background_cache as kept
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
#: Session, user, areas of the user, scope with its savepoint, and the page's own.
BOARD, BUILDING, MISSED, WAITS, MAP, PERSON = 9, 12, 10, 13, 9, 13


@pytest.fixture(scope="module")
def round_(clone) -> Iterator[str]:
    """One database for the file, as its owner's URL: a morning at Plum Creek.

    Some are sampled, some marked, one moved to the next street, one is found; some reports are odd.
    """
    with clone() as urls:
        _morning()
        yield urls.owner


def _morning() -> None:
    street.settle({"an": "<script>alert(1)</script>"})
    ayi, desk, lao = Pen(cast.AYI), Pen(cast.DESK, cast.STREET), Pen(cast.LAO)
    lab = Pen(cast.LABORATORY)
    neighbour = Pen(1_009, street.NEXT_BUILDING)
    facts = JournalFacts(1_009, "desk", (span(street.NEXT_STREET),), cast.DAWN, cast.minute(9000))
    street.enrol(facts, "next street")
    offer = desk.offered(5, P["zhou"], to=street.NEXT_BUILDING, area=cast.NO_1)
    street.post(
        ayi.called(10, *[P[n] for n in ("gui", "li", "mei", "xiaoli", "zhao", "yun")]),
        ayi.sealed(20, cast.TUBES["T1"], P["li"], P["mei"], P["xiaoli"]),
        lab.resulted(200, T1="negative"),
        ayi.sealed(30, cast.TUBES["T2"], P["sun"], P["qian"]),
        lab.resulted(210, T2="positive"),
        ayi.deferred(40, P["gui"], reason="team_needed", until=cast.minute(300)),
        ayi.refused(41, P["feng"]),
        ayi.excused(42, P["he"]),
        ayi.sealed(43, cast.TUBES["T3"], P["zhao"]),
        ayi.sealed(44, cast.TUBES["T4"], P["zhao"], P["yun"]),
        lao.found(45, 777, area=cast.COURT),
        offer,
        neighbour.accepted(50, P["zhou"], offer=offer, area=street.NEXT_BUILDING),
        lab.resulted(211, T9="negative"),
    )


@pytest.fixture
def browser(round_: str) -> Client:
    """A browser without a session, on the morning's database."""
    return Client()


@pytest.fixture
def look(browser: Client):
    """Look at an address as a user."""

    def at(address: str, user: str = "district", language: str = "zh-hans", status: int = 200) -> str:
        browser.logout()
        browser.force_login(User.objects.get(username=user))
        browser.cookies["bulou_language"] = language
        answer = browser.get(address)
        assert answer.status_code == status, address
        return answer.content.decode()

    return at


def counters(lo: int, hi: int) -> dict[str, int]:
    """Sum the counters and transfers of a range by hand."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(frozen), sum(added), sum(open), sum(done), sum(excused), sum(deferred), sum(refused)"
            " FROM ledger_counter WHERE campaign = 1 AND kind = 1 AND area BETWEEN %s AND %s",
            [lo, hi],
        )
        row = cursor.fetchone()
        cursor.execute("SELECT origin, area, n FROM ledger_transfer WHERE campaign = 1 AND kind = 1")
        moves = cursor.fetchall()
    out = dict(zip(("开始时应检", "补录", "未完成", "完成", "因故未检", "暂缓", "拒检"), row, strict=True))
    out["移入"] = sum(n for origin, area, n in moves if lo <= area <= hi and not lo <= origin <= hi)
    out["移交"] = sum(n for origin, area, n in moves if lo <= origin <= hi and not lo <= area <= hi)
    return out


def shown(html: str) -> dict[str, int]:
    """Read the balance line off a page."""
    line = html.split('data-key="balance"')[1].split("</p>")[0]
    return {
        word: int(n.replace(",", "")) for word, n in re.findall(r"<span>([^<]+)</span><b>([\d,]+)</b>", line)
    }  # fmt: skip


LEVELS = (cast.DISTRICT, cast.STREET, cast.UPPER, cast.ESTATE, cast.NO_1, cast.COURT, street.NEXT_STREET)


@pytest.mark.parametrize("area", LEVELS)
def test_the_balance_shown_is_that_of_the_counters(look, area: int) -> None:
    html = look(street.url(area))
    line, kept = shown(html), counters(*span(area))
    for word, n in line.items():
        if word != "应检":
            assert n == kept[word], word
    assert line["应检"] == line["开始时应检"] + line["补录"] + line["移入"]
    assert line["应检"] == line["未完成"] + line["完成"] + line["因故未检"] + line["移交"]
    assert "账平" in html and "两边不等" not in html.split("<table")[0]


def test_a_transfer_crosses_streets_and_nets_to_zero_above(look) -> None:
    assert shown(look(street.url(cast.STREET)))["移交"] == 1
    assert shown(look(street.url(street.NEXT_STREET)))["移入"] == 1
    district = shown(look(street.url(cast.DISTRICT)))
    assert district["移交"] == district["移入"] == 0


def test_children_carry_their_own_marks(look) -> None:
    row = look(street.url(cast.ESTATE)).split(f"{cast.NO_1}-owed")[1].split("</tr>")[0]
    cells = {key: re.search(rf"-{key}\">.*?(\d+)<", row)[1] for key in ("deferred", "refused", "excused", "held")}
    assert cells == {"deferred": "1", "refused": "1", "excused": "0", "held": "2"}


def test_an_unbalanced_ledger_says_so(look, round_: str) -> None:
    change = "UPDATE ledger_counter SET done = done + %s WHERE area = %s AND kind = 1"
    with psycopg.connect(round_, autocommit=True) as owner:
        owner.execute(change, [1, cast.NO_1])
        html = look(street.url(cast.STREET))
        owner.execute(change, [-1, cast.NO_1])
    assert "两边不等" in html


@pytest.mark.parametrize(
    ("address", "number"),
    [(street.url(area), BOARD) for area in LEVELS if level(area) < 5]
    + [
        (street.url(cast.NO_1), BUILDING),
        (street.url(cast.DISTRICT, "/missed"), MISSED + 1),  # names of the streets that are offered
        (street.url(cast.STREET, "/missed"), MISSED),
        (street.url(cast.DISTRICT, "/waits"), WAITS),
        (street.url(cast.DISTRICT, "/map"), MAP),
        (f"/rounds/1/persons/{P['sun']}", PERSON),
    ],
)
def test_statements_are_few_and_fixed(
    look, browser: Client, address: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT", kept.BackgroundCache())  # as in the process that serves
    look("/rounds/1/areas/1", status=404)  # signed in
    with CaptureQueriesContext(connection) as ran:
        assert browser.get(address).status_code == 200
    assert len(ran) == number, [query["sql"] for query in ran]


def test_home_goes_to_the_users_own_board(look, browser: Client) -> None:
    for user, area in (("district", cast.DISTRICT), ("street", cast.STREET)):
        look("/", user, status=302)
        assert browser.get("/").url == street.url(area)
    assert "还没有分配区域" in look("/", "nobody")


@pytest.mark.parametrize("page", ["", "/missed", "/waits", "/map"])
def test_another_street_is_not_there(look, page: str) -> None:
    for area in (cast.DISTRICT, street.NEXT_STREET, street.NEXT_BUILDING):
        html = look(street.url(area, page), "street", status=404)
        assert "竹" not in html
    look(street.url(cast.STREET, page), "nobody", status=403)
    look(street.url(cast.STREET, page, campaign=9), "street", status=404)
    look(f"/rounds/1/persons/{street.STRANGER}", "street", status=404)
    html = look(street.url(cast.STREET, page), "street")
    assert "竹" not in re.sub(r"<option.*?</option>", "", html), (
        "but as a place that may be asked to take somebody over"
    )


def test_signed_out_sees_the_door(browser: Client) -> None:
    for address in ("/", street.url(cast.STREET), f"/rounds/1/persons/{P['sun']}"):
        answer = browser.get(address)
        assert answer.status_code == 302 and answer.url.startswith("/sign-in?next=")


def test_the_live_part_is_the_page_without_its_shell(look, browser: Client) -> None:
    whole = look(street.url(cast.STREET))
    part = browser.get(street.url(cast.STREET), headers={"X-Bulou-Part": "live"}).content.decode()
    assert "<html" not in part and 'data-key="balance"' in part
    assert shown(part) == shown(whole)


def test_a_household_is_two_steps_from_the_board(look) -> None:
    """Board, missed list, sheet of the person with the household: no need to walk down the tree."""
    board = look(street.url(cast.DISTRICT))
    assert f'href="{street.url(cast.DISTRICT, "/missed")}"' in board
    missed = look(street.url(cast.DISTRICT, "/missed"))
    sheet = re.search(r'href="(/people/\d+)"', missed)
    assert sheet and "/people/households/" in look(sheet[1])


def test_missed_by_state_and_page_by_page(look, monkeypatch) -> None:
    from bulou.people import duties

    def masked(html: str) -> list[str]:
        return re.findall(r"<td[^>]*>(?:<a [^>]+>)?([^<]*\*+)<", html)

    everyone = masked(look(street.url(cast.STREET, "/missed")))
    assert masked(look(street.url(cast.NO_1, "/missed?state=deferred"))) == ["王**"]
    assert masked(look(street.url(cast.NO_1, "/missed?state=refused"))) == ["冯*"]
    assert "王桂芳" not in look(street.url(cast.STREET, "/missed"))
    monkeypatch.setattr(duties, "PAGE", 3)
    paged, address = [], street.url(cast.STREET, "/missed")
    while address:
        html = look(address)
        paged += masked(html)
        more = re.search(r"after=([\d-]+)\">下一页", html)
        address = street.url(cast.STREET, f"/missed?after={more[1]}") if more else None
    assert paged == everyone and len(paged) > 6
    for wrong in ("?state=x", "?after=1-2", "?after=a-b-c"):
        look(street.url(cast.STREET, f"/missed{wrong}"), status=404)


def test_waits_name_the_late_the_unknown_and_the_doubled(look) -> None:
    html = look(street.url(cast.DISTRICT, "/waits"))
    assert str(cast.TUBES["T9"]) in html and "没有封管记录" in html
    assert "重复登记（2管）" in html
    assert "超时" in html and "超过120分钟" in html
    assert "孙" in html and "孙浩" not in html


def test_a_look_at_named_people_is_recorded(look) -> None:
    before = looks(P["yun"])
    look(street.url(cast.NO_2), "street")
    html = look(f"/rounds/1/persons/{P['yun']}", "street")
    assert "沈秀云" in html and "重复" not in html
    fresh = [row for row in looks(P["yun"]) if row not in before]
    assert [(user, reason) for user, reason, _ in fresh] == [
        ("street", "desk: building page"), ("street", "desk: person page")
    ]  # fmt: skip


def looks(person: int) -> list[tuple[str, str, object]]:
    """Read the record of looks at a person, oldest first."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute('SELECT "user", reason, at FROM places_look_up WHERE person = %s ORDER BY id', [person])
        return cursor.fetchall()


def test_names_are_escaped(look) -> None:
    for address in (street.url(cast.COURT), street.url(cast.COURT, "/missed"), f"/rounds/1/persons/{P['an']}"):
        html = look(address)
        assert "<script>a" not in html and "&lt;" in html
