"""People of Plum Creek who tested positive, and a desk that sees to their transfer through its pages."""

from __future__ import annotations

import html
import re
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings

from bulou.desk.actions import add_user
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

LI, MEI, HE, LIN, STRANGER = *(cast.PERSONS[name].id for name in ("li", "mei", "he", "lin")), street.STRANGER
#: Nobody signs in with these passwords here: to make them dear would be the longest part of a test.
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
LIST = "/work/disposition"
#: Where each of them lives, and the tube with the positive result.
POSITIVES = {LI: (cast.NO_1, "T1"), MEI: (cast.NO_1, "T2"), HE: (cast.NO_2, "T3"), LIN: (cast.COURT, "T4")}
TOLD = {"f_by": "张敏", "f_language": "mandarin"}
PLACED = {"f_destination": "facility", "f_facility": "国展方舟"}
COLLECTED = {"f_vehicle": "沪A12345"}
ADMITTED = {"f_bed": "3-112"}
REQUIRED = {"told": TOLD, "placed": PLACED, "collected": COLLECTED, "admitted": ADMITTED}


def settle(*people: int, minute: float = 60) -> None:
    """Open the street with single positives of these people, one of each tube a minute later than the one before."""
    with QUICK:
        street.settle()
    positive(*(people or POSITIVES), minute=minute)


def positive(*people: int, minute: float = 60) -> None:
    pen, lab = Pen(cast.LAO), Pen(cast.LABORATORY)
    for n, person in enumerate(people):
        area, tube = POSITIVES[person]
        street.post(pen.sealed(10 + n, cast.TUBES[tube], person, mode="single", area=area))
        street.post(lab.resulted(minute + n, **{tube: "positive"}))


def needs(person: int, bits: int = 2) -> None:
    """Say in the register what somebody needs; dialysis unless told otherwise."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = %s, phone = '13800000001' WHERE id = %s", [bits, person])


def desk(role: str = "transfer", area: int = cast.STREET, language: str = "zh-hans") -> Client:
    """Return the browser of a user with one role in one area."""
    name = f"{role}-{area}"
    if not User.objects.filter(username=name).exists():
        with QUICK:
            add_user(name, street.PASSWORD, [area], [role])
    browser = Client()
    browser.force_login(User.objects.get(username=name))
    browser.cookies["bulou_language"] = language
    return browser


def said(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def sheet(person: int, campaign: int = cast.ROUND) -> str:
    return f"{LIST}/{campaign}/{person}/0"


def tokens(browser: Client, query: str = "") -> dict[int, str]:
    """Return the rows of the list as its form names them, by person, in their order."""
    page = said(browser.get(LIST + query))
    return {int(row.split(".")[1]): row for row in re.findall(r'name="row" value="([^"]+)"', page)}


def token(browser: Client, person: int) -> str:
    found = re.search(r'name="row" value="([^"]+)"', said(browser.get(sheet(person))))
    assert found
    return found[1]


def do(browser: Client, act: str, *people: int, rows: list[str] | None = None, **filled: Any) -> HttpResponse:
    """Fill in the form of an act and confirm it; return the page that follows."""
    row = rows if rows is not None else [token(browser, person) for person in people]
    sent = {"act": act, "row": row, "step": "sure", "from": "sheet"} | filled
    return browser.post(f"{LIST}/act", sent, follow=True)


def bring(browser: Client, person: int, to: str) -> None:
    """Take somebody through the acts up to a stage."""
    for act, filled in REQUIRED.items():
        answer = do(browser, act, person, **filled)
        assert "已登记" in said(answer), said(answer)
        if act == to:
            return


def duty(person: int) -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(kind=5, subject=person)


def entries(kind: str) -> list[Entry]:
    with scoped(EVERYWHERE):
        return list(Entry.objects.filter(kind=kind).order_by("at", "number"))
