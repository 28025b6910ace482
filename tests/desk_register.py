"""What the street has brought in on the day of ``desk_day``: a list, a linkage run, a unit; command prepares a round.

By the desk's own pages; what they hand to a process of its own is done here, in this one.
"""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bulou.command.linkage import actions as linking
from bulou.command.linkage.models import Run
from bulou.command.uploads import actions as uploads
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.documents import check_character
from bulou.places.units import Unit
from bulou.rounds.units import SITE
from bulou.ui import background
from bulou.zones.units import SHOP
from tests import cast

TITLES = ["姓名", "证件号码", "手机", "街道", "小区", "楼号", "室号"]
NAMES = ("沈试敏", "陆试满", "许试远")
#: What the files and rounds of the day are called.
NOTES = (
    "名册.csv", "名册.rejects.csv", "名册", "派出所", "第三轮核酸", "沪A12345", "CAR-7", "东门采样点",
    "密接较多", "HP", "梅溪便利店", *NAMES,
)  # fmt: skip
VAN = {"f_name": "沪A12345", "f_code": "car-7", "f_type": "van", "f_seats": "7", "f_wheelchairs": "1"}


def bring_in(street: str, command: str) -> None:
    """Let two users bring all of it in."""
    browser, above = Client(), Client()
    browser.force_login(User.objects.get(username=street))
    above.force_login(User.objects.get(username=command))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(background, "ask", lambda _module, _number: None)
        _done(browser.post("/units/new", {"kind": "vehicle", "area": str(cast.STREET), "step": "save", **VAN}))
        way = _done(browser.post("/roster", {"file": _roster(), "source": "派出所"}))
        _done(browser.post(way, {"act": "start"}))
        uploads.perform(int(way.rsplit("/", 1)[1]))
        _done(above.post("/rounds/new", {"area": cast.DISTRICT, "name": "第三轮核酸"}))
        _done(browser.post("/roster/linkage", {"area": cast.STREET, "most": "50"}))
        with scoped(EVERYWHERE):
            linking.perform(Run.objects.get().pk)


def round_of_the_day(user: str) -> None:
    """Let a street call by a timetable, see again what was reported, and hold a building."""
    browser = Client()
    browser.force_login(User.objects.get(username=user))
    made = Unit(0, SITE.code, cast.STREET, "东门采样点", attributes={"lanes": 2}, hours="7:00-11:30")
    with scoped(EVERYWHERE):
        site = units.add([made], user, cast.DAWN)[0]
        shop = {"trade": "food", "guarantee": True}
        units.add([Unit(0, SHOP.code, cast.ESTATE, "梅溪便利店", attributes=shop, hours="8:00-20:00")], user, cast.DAWN)
    under = f"/rounds/2/areas/{cast.STREET}"
    hours = {"begins": "2022-04-04T08:00", "ends": "2022-04-04T12:00"}
    pace = hours | {"lanes": "1", "per_lane_hour": "60", "least": "2", "most": "5"}
    for way, sent in (
        (f"{under}/calls/act", {"act": "serve", "node": cast.ESTATE, "to": site, "site": site}),
        (f"{under}/calls/act", {"act": "make", "site": site} | pace),
        (f"{under}/coverage/act", {"act": "draw", "half_width": "20", "seed": "42", "due": "2022-04-05T12:00"}),
        ("/zones/act", {
            "act": "set", "row": cast.NO_2, "step": "sure", "level": "control", "reason": "密接较多",
            "review": "2022-04-04",
        }),
    ):  # fmt: skip
        _done(browser.post(way, sent))


def _roster() -> SimpleUploadedFile:
    """Two people who may be one, as a linkage finds them, and a row that is refused."""
    rows = [
        [NAMES[0], _number(7), "13900003001", "梅溪街道", "梅溪新村", "1号楼", "601"],
        [NAMES[0], "", "13900003001", "梅溪街道", "梅溪新村", "2号楼", "602"],
        [NAMES[1], _number(8), "13900003002", "梅溪街道", "梅溪新村", "1号楼", "603"],
        ["", _number(9), "13900003003", "梅溪街道", "梅溪新村", "1号楼", "604"],
    ]
    out = io.StringIO()
    csv.writer(out).writerows([TITLES, *rows])
    return SimpleUploadedFile("名册.csv", out.getvalue().encode("utf-8"))


def _number(serial: int) -> str:
    start = f"31990419880506{serial:03}"
    return start + check_character(start)


def _done(answer) -> str:
    wrong = re.findall(r'(?:bad-text|alert-danger)"[^>]*>([^<]*)', answer.content.decode())
    assert answer.status_code == 302, wrong
    return answer["Location"]
