"""The list of a filled round: late tubes, reports that do not fit, a silent phone, and an owner who is away."""

from __future__ import annotations

import re

from django.test import Client

from bulou.command.worklist.models import Owner
from bulou.command.worklist.reads import matters
from bulou.command.worklist.rules import Category
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from tests.desk_round import PASSWORD, begin


def test_a_filled_round_fills_the_list(client: Client) -> None:
    now = clock.now()
    morning = begin(1500, now)
    morning.first_wave(now)
    person = next(iter(morning.homes.values()))[0]
    away = {"subject_kind": 1, "subject": person, "name": "quarantine", "value": "contact", "reason": "密接"}
    morning.say([("standing.set", now, morning.district, away)], now)
    with scoped(EVERYWHERE):
        Owner.objects.create(
            area=morning.district, name="李值班", telephone="11", subject=person, deputy="陈副班", deputy_telephone="22"
        )
        read = matters((span(morning.district),), now)
    for class_ in (Category.OVERDUE, Category.CONFLICT, Category.SILENT):
        assert read.counts[class_] > 0, class_
    owner = read.owner(read.matters[0])
    assert owner and owner.replaced and owner.acting == ("陈副班", "22")
    client.login(username="district", password=PASSWORD)
    page = client.get("/now").content.decode()
    assert "陈副班" in page and "代李值班（不在岗）" in page
    english = client.get("/now", headers={"Accept-Language": "en"}).content.decode()
    assert "Five most urgent items" in english and "for 李值班 (away)" in english
    row = re.search(r'value="(conflict[^"]+)"', page)
    assert row
    client.post("/now/act", {"act": "close", "row": [row[1]], "why": "已电话核对"})
    assert row[1] not in client.get("/now").content.decode()
