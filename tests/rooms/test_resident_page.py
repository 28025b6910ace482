"""Door cards at the desk; the household's page, its requests, the second fact; what nobody else gets to see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from bulou.ledger import journals
from bulou.ledger.areas import span
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import Outcome
from bulou.relief.requests import REQUEST, REQUESTS
from bulou.residents import asks, cards, rules
from bulou.residents.headers import SET
from bulou.residents.models import Card, Tried
from bulou.ui.desk_journal import writer
from tests import cast
from tests.resident_page import LI, ZHOU, hang, known, public, text
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
ASK = {"need": "medicine", "what": "氨氯地平一盒", "asker": "李建国", "telephone": "13800001234"}


@pytest.fixture
def door(settled) -> Iterator[Client]:
    with public() as browser:
        yield browser


def requests() -> list[Duty]:
    with scoped(EVERYWHERE):
        return list(Duty.objects.filter(kind=REQUEST.code).order_by("occasion"))


def write(kind: str, duty: Duty, **body: object) -> None:
    """Write a step as somebody at the desk does."""
    from bulou.ledger import clock

    now = clock.now()
    with scoped(EVERYWHERE):
        by = writer(1, "clerk", (span(cast.STREET),), now)
        shape = {"campaign": duty.campaign, "subjects": [duty.subject], "occasion": duty.occasion, **body}
        receipts = journals.append(by, [(kind, now, duty.area, shape)], now)
    assert receipts[0].status == "kept", receipts


# -- cards ---------------------------------------------------------------------------------------


def test_cards_are_printed_for_a_building_and_counted() -> None:
    browser = desk("committee", cast.UPPER)
    page = said(browser.get(f"/doors/cards?area={cast.NO_1}"))
    assert "印还没有的4户" in page
    answer = browser.post("/doors/cards/print", {"area": str(cast.NO_1), "which": "missing"})
    assert answer.content.startswith(b"%PDF") and "attachment" in answer["Content-Disposition"]
    assert "这里每一户都已有门牌码" in said(browser.get(f"/doors/cards?area={cast.NO_1}"))
    again = said(browser.post("/doors/cards/print", {"area": str(cast.NO_1), "which": "missing"}, follow=True))
    assert "没有要印的门牌" in again
    with scoped((span(cast.DISTRICT),)):
        assert Card.objects.filter(ended_at=None).count() == 4
        assert {row[0]: row[1:] for row in cards.counts(cast.ESTATE)} == {cast.NO_1: (4, 4), cast.NO_2: (4, 0)}


def test_printing_all_anew_is_asked_about_and_ends_the_old_ones(door: Client) -> None:
    old = hang(LI)[LI]
    assert door.get(f"/h/{old}").status_code == 200
    browser = desk("street")
    with override():
        unsure = said(browser.post("/doors/cards/print", {"area": str(cast.NO_1), "which": "all"}, follow=True))
        assert "请先勾选确认" in unsure
        sent = {"area": str(cast.NO_1), "which": "all", "sure": "1"}
        assert browser.post("/doors/cards/print", sent).content.startswith(b"%PDF")
    assert door.get(f"/h/{old}").status_code == 404


def override():
    """Serve the desk again within a test of the resident's page."""
    from django.test.utils import override_settings

    from bulou.config import settings as desk_settings

    return override_settings(
        **{name: getattr(desk_settings, name) for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES")}
    )


def test_one_card_is_ended_with_a_reason_and_by_who_answers_for_the_door() -> None:
    hang(LI)
    own, strange = desk("committee", cast.UPPER), desk("committee", cast.LOWER)
    sent = {"area": str(cast.NO_1), "home": str(LI), "reason": "外传"}
    strange.post("/doors/cards/end", sent)
    strange.post("/doors/cards/print", {"area": str(cast.NO_1), "which": "one", "home": str(ZHOU)})
    assert "请填写停用原因" in said(own.post("/doors/cards/end", sent | {"reason": ""}, follow=True))
    with scoped(EVERYWHERE):
        assert Card.objects.filter(ended_at=None).count() == Card.objects.count() == 1
    assert "已停用" in said(own.post("/doors/cards/end", sent, follow=True))
    with scoped(EVERYWHERE):
        card = Card.objects.get()
        assert card.ended_at is not None and card.reason == "外传" and card.ended_by == f"committee-{cast.UPPER}"


def test_roles_without_the_ability_print_nothing() -> None:
    for role in ("planner", "inspector", "auditor"):
        assert desk(role).post("/doors/cards/print", {"area": str(cast.NO_1), "which": "missing"}).status_code == 403


def test_a_code_is_stored_nowhere() -> None:
    code = hang(LI)[LI]
    with scoped(EVERYWHERE):
        card = Card.objects.get()
    assert bytes(card.digest) == cards.digest(code) and code not in str(vars(card))


def test_a_session_finds_the_card_whose_digest_it_names_and_no_other() -> None:
    codes = hang(LI, ZHOU)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM residents_card")
        assert cursor.fetchone() == (0,)
        cursor.execute(cards.SQL["name_card"], {"digest": cards.digest(codes[LI]).hex()})
        cursor.execute("SELECT household FROM residents_card")
        assert cursor.fetchall() == [(LI,)]
        cursor.execute("UPDATE residents_card SET reason = 'x'")
        assert cursor.rowcount == 0


# -- the page ------------------------------------------------------------------------------------


def test_the_page_says_what_the_household_owes_and_names_nobody(door: Client) -> None:
    answer = door.get(f"/h/{hang(LI)[LI]}")
    page = text(answer)
    assert answer.status_code == 200 and "102室" in page and "本户还有3人待采样" in page
    assert not any(person.zh in page for person in cast.PERSONS.values())
    assert all(answer[name] == value for name, value in SET.items())
    assert not answer.cookies and "<script" not in page
    english = text(door.get(f"/h/{hang(LI)[LI]}?lang=en"))
    assert "3 in your household still to be sampled" in english and "Ask for help" in english


def test_unknown_ended_and_misread_codes_get_the_same_answer(door: Client) -> None:
    old = hang(LI)[LI]
    hang(LI)
    answers = [door.get(f"/h/{code}") for code in (old, "0000000000", "x", "ABCDEFGHJU")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({text(answer).replace(answer.wsgi_request.path, "") for answer in answers}) == 1
    posted = [door.post(f"/h/{code}/ask", ASK) for code in (old, "0000000000")]
    assert {answer.status_code for answer in posted} == {404} and not requests()


def test_guessing_is_slowed_down_by_address_and_others_are_not(door: Client) -> None:
    code = hang(LI)[LI]
    for n in range(rules.LIMITS["code"].most):
        assert door.get(f"/h/{rules.code(n)}", headers={"X-Forwarded-For": "10.1.1.1"}).status_code == 404
    assert door.get(f"/h/{code}", headers={"X-Forwarded-For": "10.1.1.1"}).status_code == 429
    assert door.get(f"/h/{code}", headers={"X-Forwarded-For": "10.1.1.2"}).status_code == 200
    assert not Tried.objects.filter(who__contains=b"10.1.1").exists()


def test_a_request_is_asked_joined_answered_reopened_and_confirmed(door: Client) -> None:
    code = hang(LI)[LI]
    first = door.post(f"/h/{code}/ask", ASK)
    assert first.status_code == 303 and first["Location"].endswith("done=asked")
    again = door.post(f"/h/{code}/ask", ASK | {"what": "还要两盒"})
    assert again["Location"].endswith("done=joined")
    (duty,) = requests()
    assert (duty.subject, duty.area, duty.outcome, duty.stage) == (LI, cast.NO_1, Outcome.OPEN, 0)
    assert duty.variant == REQUEST.variants.index("medicine") and duty.due_at is not None
    with scoped(EVERYWHERE):
        assert Entry.objects.filter(kind="request.opened", refusal=None).count() == 2
    page = text(door.get(f"/h/{code}"))
    assert "待受理" in page and "氨氯地平" not in page and "李建国" not in page
    assert door.post(f"/h/{code}/answer", {"request": duty.occasion, "said": "solved"}).status_code == 422
    write("request.answered", duty, result="helped", note="已送到")
    assert "收到了，已解决" in text(door.get(f"/h/{code}")) and "已送到" not in text(door.get(f"/h/{code}"))
    door.post(f"/h/{code}/answer", {"request": duty.occasion, "said": "not"})
    assert requests()[0].stage == REQUEST.stage("accepted") and requests()[0].returns == 1
    write("request.answered", duty, result="helped", note="补送到")
    door.post(f"/h/{code}/answer", {"request": duty.occasion, "said": "solved"})
    assert requests()[0].outcome == Outcome.DONE
    assert "已办结" in text(door.get(f"/h/{code}"))


def test_another_household_can_neither_see_nor_close_it(door: Client) -> None:
    codes = hang(LI, ZHOU)
    door.post(f"/h/{codes[LI]}/ask", ASK)
    (duty,) = requests()
    write("request.answered", duty, result="helped", note="已送到")
    assert "已答复" not in text(door.get(f"/h/{codes[ZHOU]}"))
    assert door.post(f"/h/{codes[ZHOU]}/answer", {"request": duty.occasion, "said": "solved"}).status_code == 422
    assert requests()[0].outcome == Outcome.OPEN


@pytest.mark.parametrize("wrong", [
    {"need": ""}, {"need": "gold"}, {"what": ""}, {"what": "x" * 501}, {"asker": ""},
    {"what": "身份证 110101199003074514"},
])  # fmt: skip
def test_what_cannot_be_taken_comes_back_as_it_was_filled_in(door: Client, wrong: dict[str, str]) -> None:
    answer = door.post(f"/h/{hang(LI)[LI]}/ask", ASK | wrong)
    assert answer.status_code == 422 and 'role="alert"' in text(answer) and "13800001234" in text(answer)
    assert not requests()


def test_too_many_asks_and_other_sites_are_turned_away(door: Client) -> None:
    code = hang(LI)[LI]
    assert door.post(f"/h/{code}/ask", ASK, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404
    sent = [door.post(f"/h/{code}/ask", ASK).status_code for _ in range(rules.LIMITS["asks"].most + 1)]
    assert sent == [303] * rules.LIMITS["asks"].most + [422] and len(requests()) == 1


# -- the second fact -----------------------------------------------------------------------------


def test_the_second_fact_opens_the_own_view_at_that_card_alone(door: Client) -> None:
    codes = hang(LI, ZHOU)
    known("li")
    assert door.post(f"/h/{codes[LI]}/me", {"year": "1970", "tail": "1235"}).status_code == 422
    done = door.post(f"/h/{codes[LI]}/me", {"year": "1970", "tail": "1234"})
    cookie = done.cookies["bulou_h"]
    assert done.status_code == 303 and cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/h/"
    page = text(door.get(f"/h/{codes[LI]}"))
    assert "李建国" in page and "还没有采样" in page and "陈美华" not in page
    assert "李建国" not in text(door.get(f"/h/{codes[ZHOU]}"))
    new = hang(LI)[LI]
    assert "李建国" not in text(door.get(f"/h/{new}"))


def test_the_second_fact_cannot_be_guessed_in_an_hour(door: Client) -> None:
    code = hang(LI)[LI]
    known("li")
    for n in range(rules.LIMITS["fact"].most):
        door.post(f"/h/{code}/me", {"year": "1970", "tail": f"{n:04d}"})
    answer = door.post(f"/h/{code}/me", {"year": "1970", "tail": "1234"})
    assert answer.status_code == 422 and not answer.cookies and "试的次数太多" in text(answer)


def test_an_antigen_test_is_reported_by_the_person_and_nobody_else(door: Client) -> None:
    code, person = hang(LI)[LI], known("li")
    assert door.post(f"/h/{code}/antigen", {"value": "positive"}).status_code == 422
    door.post(f"/h/{code}/me", {"year": "1970", "tail": "1234"})
    assert door.post(f"/h/{code}/antigen", {"value": "golden"}).status_code == 422
    assert door.post(f"/h/{code}/antigen", {"value": "negative"}).status_code == 303
    with scoped(EVERYWHERE):
        assert [e.refusal for e in Entry.objects.filter(kind="antigen.reported")] == [None]
    assert "上次报的时间" in text(door.get(f"/h/{code}")) and person
    door.post(f"/h/{code}/leave")
    assert "李建国" not in text(door.get(f"/h/{code}"))


def test_the_journal_of_residents_may_say_nothing_else() -> None:
    from bulou.ledger import clock

    now = clock.now()
    with scoped(EVERYWHERE):
        body = {"campaign": cast.ROUND, "duty": "swab", "subjects": [501], "reason": "moved_out"}
        receipts = journals.append(asks.journal(), [("duty.excused", now, cast.NO_1, body)], now)
        assert receipts[0].status == "refused"
    assert {step.name for step in REQUESTS.steps if "resident" in step.roles} == {
        "request.opened", "request.confirmed", "request.reopened",
    }  # fmt: skip
