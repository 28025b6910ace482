"""Text messages go out once, whatever breaks off between: a real gateway on this machine that knows its keys."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction

from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.notices import actions, gateway, sending
from bulou.notices.models import Delivery, Notice
from tests import cast

pytestmark = pytest.mark.usefixtures("settled")
NOON, NIGHT = cast.minute(360), cast.minute(17 * 60)  # 12:00 and 23:00 at Plum Creek
LI, MEI, ZHOU = (cast.PERSONS[name].id for name in ("li", "mei", "zhou"))


class Gateway:
    """What a gateway does: takes a message once under each key. ``answers``: statuses of the next requests."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[str, str]] = {}
        self.asked: Counter[str] = Counter()
        self.answers: list[int] = []
        self.bearers: set[str] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key = self.headers["Idempotency-Key"]
                outer.asked[key] += 1
                outer.bearers.add(self.headers.get("Authorization", ""))
                status = outer.answers.pop(0) if outer.answers else 200
                if status == 200:
                    outer.taken.setdefault(key, (body["to"], body["text"]))
                said = json.dumps({"id": f"m-{key}"}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def send(self, key: str, to: str, text: str) -> str:
        return gateway.http(self.url, "a-bearer-key")(key, to, text)


@pytest.fixture
def sms() -> Iterator[Gateway]:
    one = Gateway()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture(autouse=True)
def telephones(settled: object) -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        for person, phone in ((LI, "13800000001"), (MEI, "13800000002"), (ZHOU, "13800000003")):
            cursor.execute("UPDATE places_person SET phone = %s WHERE id = %s", [phone, person])


def notice(at: datetime = NOON, urgent: bool = False, **sent: object) -> int:
    """Send a notice to the first building by text message; return its number."""
    values = {
        "area": cast.NO_1, "title_zh": "通知", "title_en": "Notice", "text_zh": "{place}：{due}",
        "text_en": "{place}: {due}", "public_zh": "", "public_en": "", "channels": ["sms"], "urgent": urgent,
        "receipt": False, "audience": {"terms": [[cast.ROUND, 1, "not_yet"]]},
    } | sent  # fmt: skip
    with scoped(EVERYWHERE), patch.object(clock, "now", return_value=at):
        one = actions.draft(values, "a", lambda *_: True, at)
        actions.approve(one, "b", lambda *_: True, at)
        actions.send(one, "a", lambda *_: True, at)
    return one.pk


def states(number: int) -> Counter[str]:
    with scoped(EVERYWHERE):
        return Counter(Delivery.objects.filter(notice=number).values_list("state", flat=True))


def test_each_telephone_has_one_message_in_both_languages(sms: Gateway) -> None:
    number = notice()
    assert sending.step(sms.send, NOON) == sending.Step(sent=3)
    assert sending.step(sms.send, NOON) == sending.Step()
    assert Counter(to for to, _text in sms.taken.values()) == Counter(f"1380000000{n}" for n in (1, 2, 3))
    assert {text for _to, text in sms.taken.values()} == {"梅溪新村 1号楼：应检\nNo. 1: swab due"} or all(
        "应检\n" in text and "swab due" in text and "李" not in text for _to, text in sms.taken.values()
    )
    assert sms.bearers == {"Bearer a-bearer-key"} and states(number) == {"sent": 3}
    with scoped(EVERYWHERE):
        assert all(row.answer.startswith("m-bulou-") for row in Delivery.objects.filter(notice=number))


def test_killed_between_gateway_and_table_and_started_again_it_is_sent_once(sms: Gateway) -> None:
    number = notice()

    class Killed(BaseException):
        pass

    def dies(key: str, to: str, text: str) -> str:
        sms.send(key, to, text)
        raise Killed

    with pytest.raises(Killed):
        sending.step(dies, NOON)
    assert states(number) == {"sending": 3} and len(sms.taken) == 1
    assert sending.step(sms.send, NOON + timedelta(minutes=1)) == sending.Step()  # the claim still holds
    assert sending.step(sms.send, NOON + timedelta(minutes=3)) == sending.Step(sent=3)
    assert len(sms.taken) == 3 and max(sms.asked.values()) == 2 and states(number) == {"sent": 3}


def test_two_senders_at_once_take_different_messages(sms: Gateway) -> None:
    notice()

    def meanwhile(key: str, to: str, text: str) -> str:
        assert sending.step(sms.send, NOON) == sending.Step()  # all are claimed by the first
        return sms.send(key, to, text)

    assert sending.step(meanwhile, NOON) == sending.Step(sent=3)
    assert set(sms.asked.values()) == {1}


def test_a_gateway_that_is_busy_is_asked_again_and_one_that_refuses_is_not(sms: Gateway) -> None:
    number = notice()
    sms.answers = [503, 400, 429]
    assert sending.step(sms.send, NOON) == sending.Step(later=2, failed=1)
    assert sending.step(sms.send, NOON) == sending.Step()
    assert sending.step(sms.send, NOON + timedelta(minutes=1)) == sending.Step(sent=2)
    assert states(number) == {"sent": 2, "failed": 1}


def test_a_gateway_that_is_away_is_tried_four_times(sms: Gateway) -> None:
    number = notice()
    away = gateway.http("http://127.0.0.1:9/send", "")
    for n, minutes in enumerate((0, 1, 6, 21)):
        assert states(number) == {"waiting": 3}, n
        sending.step(away, NOON + timedelta(minutes=minutes))
    assert states(number) == {"failed": 3}


def test_nobody_is_woken_but_for_what_is_urgent(sms: Gateway) -> None:
    calm, urgent = notice(NIGHT), notice(NIGHT, urgent=True)
    assert sending.step(sms.send, NIGHT) == sending.Step(sent=3)
    assert states(calm) == {"waiting": 3} and states(urgent) == {"sent": 3}
    assert sending.step(sms.send, NIGHT + timedelta(hours=8)) == sending.Step(sent=3)


def test_a_telephone_has_three_a_day(sms: Gateway) -> None:
    for _ in range(3):
        notice()
        sending.step(sms.send, NOON)
    fourth = notice()
    assert sending.step(sms.send, NOON) == sending.Step(limited=3) and states(fourth) == {"limited": 3}
    assert sending.step(sms.send, NOON) == sending.Step()
    urgent = notice(urgent=True)
    assert sending.step(sms.send, NOON) == sending.Step(sent=3) and states(urgent) == {"sent": 3}


def test_what_was_retracted_is_not_sent(sms: Gateway) -> None:
    number = notice()
    with scoped(EVERYWHERE):
        actions.retract(Notice.objects.get(pk=number), "弄错了", "a", lambda *_: True, NOON)
    assert sending.step(sms.send, NOON) == sending.Step() and states(number) == {"cancelled": 3} and not sms.taken


def test_the_table_holds_a_delivery_once() -> None:
    number = notice()
    with scoped(EVERYWHERE):
        row = Delivery.objects.filter(notice=number).first()
        assert row is not None
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
