"""Live parts: read once for all who see the same, not written anew when nothing changed, never shown to others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.desk.actions import add_user
from bulou.ledger import journals
from bulou.ledger.areas import area_id
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE
from bulou.rounds.actions import open_round
from bulou.ui.live import fragments as live
from tests import cast, desk_street
from tests.builders import Pen
from tests.doors.open_pages import Clock, signed_in

PARTS = [desk_street.url(cast.STREET), desk_street.url(cast.NO_1), desk_street.url(cast.STREET, "/waits"),
         desk_street.url(cast.STREET, "/map"), "/now/list"]  # fmt: skip
#: What is left of a part that is not read: one statement that tells who its user is, and what he may see.
HELD = 1
P = {name: person.id for name, person in cast.PERSONS.items()}

pytestmark = pytest.mark.usefixtures("town")


class Told:
    """ChangeListener by hand."""

    def __init__(self) -> None:
        self.now: int | None = 1
        self.within: dict[int, int] = {}
        self.ends = 0

    def latest(self, areas: tuple[int, ...]) -> int | None:
        """Return the latest tick of the areas; without one of their own, that of the ledger."""
        return None if self.now is None else max(self.within.get(area, self.now) for area in areas)


@pytest.fixture
def town(settled) -> None:
    add_user("colleague", desk_street.PASSWORD, [cast.STREET])
    add_user("planner", desk_street.PASSWORD, [cast.STREET], ["planner"])


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> live.Shared:
    made = live.Shared(Told(), Clock())  # type: ignore[arg-type]
    monkeypatch.setattr(live, "SHARED", made)
    return made


def statements(browser: Client, address: str, **headers: str) -> tuple[object, int]:
    with CaptureQueriesContext(connection) as ran:
        answer = browser.get(address, headers=headers)
    return answer, len(ran)


@pytest.mark.parametrize("address", PARTS)
def test_who_has_it_already_is_told_so_with_the_age_of_the_data(address: str) -> None:
    street = signed_in("street")
    whole = street.get(address)
    age = re.search(r"<span data-age>(.*?)</span>", whole.content.decode(), re.DOTALL)
    assert age and "查看时间" in age[1] and unquote(whole.headers["X-Bulou-Age"]) == age[1]
    again = street.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304 and not again.content and "查看时间" in unquote(again.headers["X-Bulou-Age"])
    assert street.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


def test_what_changed_is_another_part() -> None:
    street = signed_in("street")
    before = street.get(PARTS[0])
    desk_street.post(Pen(cast.AYI).sealed(20, cast.TUBES["T1"], P["li"], P["mei"]))
    after = street.get(PARTS[0], headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and after.headers["ETag"] != before.headers["ETag"]


def test_one_reading_serves_all_who_see_the_same(shared: live.Shared) -> None:
    first, reads = statements(signed_in("street"), PARTS[0])
    second, held = statements(signed_in("colleague"), PARTS[0])
    assert second.content == first.content and held == HELD < reads
    shared.ticks.now = 2
    assert statements(signed_in("street"), PARTS[0])[1] == HELD, "within the window"
    shared.clock.at += 5
    assert statements(signed_in("street"), PARTS[0])[1] == reads


def test_while_the_ledger_is_still_nothing_is_read(shared: live.Shared) -> None:
    street = signed_in("street")
    _, reads = statements(street, "/now/list")
    shared.clock.at += live.LONGEST - 1
    assert statements(street, "/now/list")[1] == HELD
    shared.clock.at += 1
    assert statements(street, "/now/list")[1] == reads, "time alone makes things late"
    shared.clock.at += 15
    shared.ticks.now = None
    assert statements(street, "/now/list")[1] == reads, "nobody listens: anything may have changed"


def test_a_change_elsewhere_leaves_a_quiet_area_alone(shared: live.Shared) -> None:
    street, upper = signed_in("street"), desk_street.url(cast.UPPER)
    reads = {address: statements(street, address)[1] for address in (upper, PARTS[0])}
    shared.ticks.now, shared.ticks.within = 2, {cast.UPPER: 1}
    shared.clock.at += 10
    assert statements(street, upper)[1] == HELD
    assert statements(street, PARTS[0])[1] == reads[PARTS[0]]
    shared.ticks.within = {}
    assert statements(street, upper)[1] == reads[upper]


def test_what_is_read_anew_and_equal_keeps_its_name(shared: live.Shared) -> None:
    street = signed_in("street")
    before = street.get(PARTS[0])
    shared.ticks.now, shared.clock.at = 2, shared.clock.at + 10
    again, reads = statements(street, PARTS[0], **{"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304 and reads > HELD


@pytest.mark.parametrize("address", PARTS)
def test_nobody_is_shown_what_another_may_see(shared: live.Shared, address: str) -> None:
    """The street's part is kept; who has no such areas or abilities gets what he got without it."""
    assert signed_in("street").get(address).status_code == 200
    foreign = signed_in("neighbour").get(address)
    assert foreign.status_code == (200 if address.startswith("/now") else 404)
    assert "梅" not in foreign.content.decode()
    assert signed_in("nobody").get(address).status_code == 403
    assert "/sign-in" in Client(headers={"X-Bulou-Part": "live"}).get(address).url


def test_names_stay_with_those_who_may_see_them(shared: live.Shared) -> None:
    named = signed_in("street").get(PARTS[1]).content.decode()
    masked = signed_in("planner").get(PARTS[1]).content.decode()
    assert cast.PERSONS["li"].zh in named and cast.PERSONS["li"].zh not in masked


def test_each_language_has_its_own(shared: live.Shared) -> None:
    street = signed_in("street")
    assert "覆盖率" in street.get(PARTS[0]).content.decode()
    assert "overage" in street.get(PARTS[0], headers={"Accept-Language": "en"}).content.decode()


def test_who_has_decided_sees_it_at_once(shared: live.Shared) -> None:
    street = signed_in("street")
    street.get("/now/list")
    street.post("/now/owners", {"area": str(cast.UPPER), "desk": "area", "name": "梅主任"})
    assert statements(street, "/now/list")[1] > HELD


def test_what_was_dear_serves_longer(shared: live.Shared) -> None:
    took = ((0.02, 0.02), (9.0, 0.0), (0.3, 0.06))
    cheap, once, dear = (live.Reading({}, b"", "", "", 100.0, last, None, dear=both) for last, both in took)
    shared.clock = lambda: 115.0
    assert not shared.holds(cheap, 10) and not shared.holds(once, 10) and shared.holds(dear, 10)
    shared.clock = lambda: 121.0
    assert not shared.holds(dear, 10)
    endless = live.Reading({}, b"", "", "", 100.0, 60.0, None, dear=60.0)
    assert shared.holds(endless, 10)
    shared.clock = lambda: 101.0 + live.DEAR
    assert not shared.holds(endless, 10)


def test_what_took_long_once_is_not_dear(shared: live.Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first on a new connection makes its plans; dear is what the next one takes as well."""
    at, told = 0.0, []
    for step in (9.0, 0.25, 0.5):

        def passing(step: float = step) -> float:
            nonlocal at
            at += step
            return at

        monkeypatch.setattr(shared, "clock", passing)
        signed_in("street").get(PARTS[0])
        (reading,) = shared._kept.values()
        told.append((reading.took, reading.dear))
        at += 100
    assert told == [(9.0, 0.0), (0.25, 0.25), (0.5, 0.25)]


def test_readings_are_few(shared: live.Shared) -> None:
    reading = live.Reading({}, b"", "", "", 0.0, 0.0, None)
    for n in range(live.MOST + 5):
        shared.keep(n, reading)
    assert shared.get(4) is None and shared.get(5) is reading


@pytest.fixture
def ticks() -> Iterator[live.ChangeListener]:
    made = live.ChangeListener()
    yield made
    made.close()


def test_the_ledger_is_heard_and_a_lost_connection_is_known(ticks: live.ChangeListener, owner_url: str) -> None:
    heard = ticks.after(None)
    assert heard is not None
    desk_street.post(Pen(cast.AYI).called(10, P["li"]))
    assert ticks.after(heard) == heard + 1
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE '%LISTEN bulou%'"
            " AND pid <> pg_backend_pid()"
        )
    assert ticks.after(heard + 1) is None
    assert ticks.after(None) == heard + 2, "it listens again, and all may have changed"


PLACES = {"upper": cast.UPPER, "lower": cast.LOWER, "street": cast.STREET, "next": desk_street.NEXT_STREET, "all": 0}
#: An area that nobody else speaks of.
MARK = area_id(1000)


@pytest.fixture
def told(ticks: live.ChangeListener) -> Callable[..., set[str]]:
    """Post entries and return which of ``PLACES`` hear of it."""
    assert ticks.after(None) is not None

    def settled() -> dict[str, int | None]:
        """Wait until the ledger's words up to now are heard."""
        before, count = ticks.latest((MARK,)), ticks.now
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('bulou_ledger', %s)", [str(MARK)])
        while ticks.latest((MARK,)) == before:
            count = ticks.after(count)
        return {name: ticks.latest((area,)) for name, area in PLACES.items()}

    def post(*entries: Entry) -> set[str]:
        before = settled()
        desk_street.post(*entries)
        after = settled()
        return {name for name in PLACES if after[name] != before[name]} - {"all"}

    return post


def test_each_area_hears_of_what_moves_its_figures_and_of_no_other(told: Callable[..., set[str]]) -> None:
    ayi, laboratory, desk = Pen(cast.AYI), Pen(cast.LABORATORY, cast.DISTRICT), Pen(cast.DESK, cast.STREET)
    assert told(ayi.sealed(20, cast.TUBES["T1"], P["li"], P["mei"])) == {"upper", "street"}
    received = laboratory.tube_received(40, cast.TUBES["T1"])
    assert told(received) == {"upper", "street"}, "what the laboratory says moves those who were sampled"
    offer = desk.offered(60, P["gui"], to=cast.LOWER)
    assert told(offer) == {"lower", "street"}
    assert told(desk.accepted(70, P["gui"], offer=offer, area=cast.LOWER)) == {"upper", "lower", "street"}


def test_an_opening_is_told_to_all(ticks: live.ChangeListener, told: Callable[..., set[str]]) -> None:
    before = ticks.latest((MARK,))
    opener, _ = journals.enrol("opener", "system", EVERYWHERE, cast.DAWN, cast.minute(9000))
    open_round(cast.SECOND_ROUND, "第二轮核酸", cast.DISTRICT, opener, cast.minute(900), cast.minute(900))
    count = ticks.now
    while ticks.latest((MARK,)) == before:
        count = ticks.after(count)
