"""Which journeys a calendar brings about; however often and late it is looked at, the requests are those, once each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bulou.relief.treatments.days import NOT_THIS_DAY, Asked, Calendar, journeys, number_of, writings
from bulou.relief.treatments.kind import WEEKDAYS

ZONE = ZoneInfo("Asia/Shanghai")
#: Monday, 4 April 2022, six in the morning.
MONDAY = datetime(2022, 4, 3, 22, tzinfo=UTC)
FIRST = date(2022, 4, 4)


def calendar(*days: str, last: str = "2022-04-30", at: str = "07:30") -> Calendar:
    one = Calendar(514, 7, 47, 9, "何永康")
    body = {"weekdays": [*days], "at": at, "last_day": last, "hospital": "区中心医院", "sort": "dialysis"}
    one.hear("therapy.opened", MONDAY, body, ZONE)
    return one


class Book:
    """What the requests come to when writings are applied."""

    def __init__(self) -> None:
        self.asked: dict[int, Asked] = {}
        self.opened: list[int] = []

    def look(self, calendars: list[Calendar], now: datetime) -> int:
        told = writings(journeys(calendars, now, ZONE), self.asked.values(), now, 1, "request")
        for kind, _at, area, body in told:
            occasion = body["occasion"]
            if kind == "request.planned":
                self.opened.append(occasion)
            was = self.asked.get(occasion)
            open_ = kind in ("request.planned", "duty.reopened") or (kind == "request.replanned" and was.open)
            self.asked[occasion] = Asked(
                47, occasion, area, open_, False, body.get("reason", ""), body.get("what", was.what if was else ""),
                datetime.fromisoformat(body["appointment"]) if "appointment" in body else was.appointment,
            )  # fmt: skip
        return len(told)

    def days(self) -> set[date]:
        return {one.appointment.astimezone(ZONE).date() for one in self.asked.values() if one.open}


def test_days_are_those_of_the_week_between_the_first_and_the_last() -> None:
    one = calendar("mon", "wed", "fri", last="2022-04-08")
    found = {FIRST + timedelta(days=n) for n in range(14) if one.on(FIRST + timedelta(days=n))}
    assert found == {date(2022, 4, 4), date(2022, 4, 6), date(2022, 4, 8)}


def test_a_day_may_move_cancel_and_come_back_and_the_last_word_counts() -> None:
    one = calendar("mon", "wed")
    wednesday, thursday = date(2022, 4, 6), date(2022, 4, 7)
    one.hear("therapy.day_moved", MONDAY, {"day": "2022-04-06", "to_day": "2022-04-07", "to_at": "13:00"}, ZONE)
    assert (one.on(wednesday), one.on(thursday)) == ("", "13:00")
    one.hear("therapy.day_moved", MONDAY, {"day": "2022-04-07", "to_day": "2022-04-08"}, ZONE)
    assert (one.on(thursday), one.on(date(2022, 4, 8))) == ("", "13:00"), "what was moved moves on"
    one.hear("therapy.day_cancelled", MONDAY, {"day": "2022-04-08"}, ZONE)
    assert not any(one.on(wednesday + timedelta(days=n)) for n in range(5))
    one.hear("therapy.day_moved", MONDAY, {"day": "2022-04-06", "to_day": "2022-04-06", "to_at": "07:30"}, ZONE)
    assert one.on(wednesday) == "07:30"


def test_a_pause_and_the_evening_before() -> None:
    one = calendar("mon", "tue", "wed", "thu")
    one.paused = datetime(2022, 4, 6, tzinfo=ZONE)
    found = journeys([one], MONDAY, ZONE)
    assert [row.appointment.day for row in found] == [6, 7]
    assert found[0].due == datetime(2022, 4, 5, 18, tzinfo=ZONE)


def test_an_hour_at_least_is_left_and_no_more_than_until_the_appointment() -> None:
    (today,) = journeys([calendar("mon")], MONDAY, ZONE)
    assert today.due == MONDAY + timedelta(hours=1)
    (late,) = journeys([calendar("mon")], MONDAY + timedelta(minutes=80), ZONE)
    assert late.due == late.appointment


def test_what_people_ended_is_not_opened_again_and_what_has_begun_stays() -> None:
    one, book = calendar("mon", "wed"), Book()
    book.look([one], MONDAY)
    wednesday = number_of(one, date(2022, 4, 6))
    was = book.asked[wednesday]
    book.asked[wednesday] = Asked(47, wednesday, 9, False, False, "withdrawn", was.what, was.appointment)
    assert book.look([one], MONDAY) == 0
    book.asked[wednesday] = Asked(47, wednesday, 9, True, True, "", was.what, was.appointment)
    assert book.look([], MONDAY) == 1, "of a calendar that is gone only what has not begun ends"
    assert book.asked[wednesday].open and NOT_THIS_DAY in {row.reason for row in book.asked.values()}


@given(
    days=st.sets(st.sampled_from([day.name for day in WEEKDAYS]), min_size=1),
    looks=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3)), min_size=1, max_size=8),
)
def test_whenever_it_is_looked_every_journey_is_owed_once(days: set[str], looks: list[tuple[int, int]]) -> None:
    one, book = calendar(*days), Book()
    last = MONDAY
    for hours, times in looks:
        last += timedelta(hours=min(hours, 24 * 3))
        for again in range(times):
            wrote = book.look([one], last)
            assert again == 0 or wrote == 0
    assert len(book.opened) == len(set(book.opened))
    upto = last.astimezone(ZONE).date() + timedelta(days=3)
    n = (upto - FIRST).days + 1
    wanted = {FIRST + timedelta(days=k) for k in range(n) if one.on(FIRST + timedelta(days=k))}
    assert book.days() == wanted
