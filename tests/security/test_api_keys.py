"""What a key of one street reaches of another: nothing, at any endpoint; nor what its abilities do not cover."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from bulou.desk.api import door, interface, rules
from bulou.desk.api.models import Key
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.doors.test_api import ABILITIES, caller, made
from tests.transfer import desk

pytestmark = pytest.mark.usefixtures("settled")
THEIR_HOME = 99


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "REQUESTS", rules.Windows(rules.MOST))
    monkeypatch.setattr(door, "WRONG", rules.Windows(rules.WRONG))


def post(api: Client, path: str, body: object) -> int:
    return api.post(f"/api/{path}", json.dumps(body), content_type="application/json").status_code


def test_every_endpoint_asks_for_a_good_key() -> None:
    for one in interface.patterns():
        path = "/" + str(one.pattern).replace("<kind>", "request").replace("<act>", "accepted")
        for name in ("campaign", "subject", "occasion"):
            path = path.replace(f"<{name}>", "1").replace(f"<int:{name}>", "1")
        for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {rules.PREFIX}x"}):
            assert Client(headers=header).get(path).status_code in (401, 429), path
    signed_in = desk("street")
    assert signed_in.get("/api/areas").status_code in (401, 429), "a session opens no endpoint"


def test_a_key_of_one_street_sees_nothing_of_another() -> None:
    theirs, ours = caller(made(area=street.NEXT_STREET, name="竹溪")), caller(made(name="梅溪"))
    fields = {"need": "food", "what": "竹溪的米", "asker": "x"}
    body = {"subject": f"H{cast.HOUSEHOLDS[0].id}", "fields": fields | {"what": "梅溪的米"}}
    assert post(theirs, "kinds/request/duties", body) == 404 and post(ours, "kinds/request/duties", body) == 200
    (row,) = ours.get("/api/kinds/request/duties").json()["duties"]
    assert theirs.get("/api/kinds/request/duties").json()["duties"] == []
    way = f"{row['campaign']}/{row['subject']}/{row['occasion']}"
    assert theirs.get(f"/api/kinds/request/duties/{way}").status_code == 404
    assert post(theirs, "kinds/request/acts/accepted", {"rows": [row["row"]], "fields": {"by": "x"}}) == 409
    for path in (
        "kinds/request/duties?area=",
        "units?area=",
        "shops?area=",
        "areas?under=",
        f"rounds/{cast.ROUND}/counters?area=",
    ):
        assert theirs.get(f"/api/{path}{cast.STREET}").status_code == 404, path
        assert theirs.get(f"/api/{path}{cast.DISTRICT}").status_code == 404, path
    (after,) = ours.get("/api/kinds/request/duties").json()["duties"]
    assert after["stage"] == "open" and after["row"] == row["row"]


@pytest.mark.parametrize("without", ["people", "decide"])
def test_what_a_key_may_not_is_403_and_changes_nothing(without: str) -> None:
    full = caller(made(name="全"))
    fields = {"need": "food", "what": "米", "asker": "x"}
    body = {"subject": f"H{cast.HOUSEHOLDS[0].id}", "fields": fields}
    assert post(full, "kinds/request/duties", body) == 200
    (row,) = full.get("/api/kinds/request/duties").json()["duties"]
    less = caller(made(*(one for one in ABILITIES if one != without), name="少"))
    assert post(less, "kinds/request/duties", body) == 403
    assert post(less, "kinds/request/acts/accepted", {"rows": [row["row"]], "fields": {"by": "x"}}) == 403
    assert full.get("/api/kinds/request/duties").json()["duties"][0]["row"] == row["row"]


def test_a_key_without_figures_reads_none() -> None:
    api = caller(made("people", "decide"))
    for path in ("rounds", f"rounds/{cast.ROUND}/counters", "areas", "units", "zones", "shops"):
        assert api.get(f"/api/{path}").status_code == 403, path


def test_a_key_ends_by_itself() -> None:
    key = made("board")
    with scoped(EVERYWHERE):
        one = Key.objects.get()
    assert rules.lasts(one.until, None, timezone.now()) and not rules.lasts(one.until, None, one.until)
    assert caller(key).get("/api/areas").status_code == 200


def test_an_administrator_of_one_street_makes_and_sees_keys_there_alone() -> None:
    made("board", area=street.NEXT_STREET, name="竹溪")
    page = desk("administrator").get("/settings/keys").content.decode()
    assert "竹溪" not in page
    form = {"name": "x", "area": str(street.NEXT_STREET), "ability": "board", "until": "2099-01-01", "why": "x"}
    assert "请选择您管理范围内的区域" in desk("administrator").post("/settings/keys", form).content.decode()
    with scoped(EVERYWHERE):
        (one,) = Key.objects.all()
    desk("administrator").post(f"/settings/keys/{one.pk}/revoke")
    with scoped(EVERYWHERE):
        assert Key.objects.get().revoked_at is None
    assert desk("street").get("/settings/keys").status_code == 403
