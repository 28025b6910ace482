"""Each act on each door asks for the same ability: every role at every button, list, sheet, enrolment and journal.

The tables are read from what the rooms declare: a new kind of entry, duty, act, code or device fails here until
somebody has said which ability it takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from bulou.command.worklist import actions
from bulou.desk.abilities import ABILITIES, PAGES, ROLES
from bulou.desk.actions import add_user
from bulou.field.roles import KINDS
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.models import Duty, Entry
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds.chat_list.lists import entry_kind
from bulou.rounds.paper.actions import print_sheets
from bulou.rounds.paper.rules import CODES
from bulou.ui import entitled
from bulou.ui.forms import TIME
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
SWAB = REGISTRY.duties["swab"]


# -- the tables are whole ------------------------------------------------------------------------


def test_every_kind_of_entry_and_duty_says_which_ability_it_takes() -> None:
    said = {kind for kind in REGISTRY.entries if kind in entitled.WRITES or entitled.writes(kind)}
    assert said == set(REGISTRY.entries) >= set(entitled.WRITES), "say in ui/entitled.py or in the room who may"
    assert all(entitled.of_duty(name) for name in REGISTRY.duties)
    needs = {entitled.writes(kind) for kind in said} | {entitled.of_duty(name) for name in REGISTRY.duties}
    needs -= {"", entitled.BY_DUTY}
    assert needs <= set(ABILITIES)


def test_every_kind_of_device_says_what_it_carries() -> None:
    assert set(entitled.DEVICES) == set(KINDS)
    assert {one for need in entitled.DEVICES.values() for one in need.split()} <= set(ABILITIES)
    phone = set(entitled.DEVICES["phone"].split())
    assert {"names", "words", "samples"} <= phone, "it carries names, and writes words and samples"


def test_who_says_what_became_of_people() -> None:
    """What each role lacks is as much a decision as what it has."""
    assert {name for name, role in ROLES.items() if "words" in role.abilities} == {"command", "street", "committee"}
    assert {name for name, role in ROLES.items() if "void" in role.abilities} == {"command", "street"}
    assert {name for name, role in ROLES.items() if "results" in role.abilities} == {"command", "laboratory"}
    assert all("names" in role.abilities for role in ROLES.values() if "words" in role.abilities)
    assert not {"words", "dispose", "samples", "results", "void"} & (
        ROLES["store"].abilities | ROLES["auditor"].abilities | ROLES["administrator"].abilities
    )


def test_nobody_may_what_no_table_names() -> None:
    for kind, body in (
        ("nonsense", {}),
        ("duty.excused", {"duty": "nonsense"}),
        ("round.opened", {}),
        ("round.joined", {}),
    ):
        with pytest.raises(entitled.NotEntitled):
            entitled.check(lambda _ability, _area: True, kind, cast.STREET, body)


# -- every role at every door --------------------------------------------------------------------


@pytest.fixture(scope="module")
def doors(settled_clone) -> Iterator[dict[str, int]]:
    """One round with a sheet of paper, a tube in two boxes, an offer of the next street; a user for each role."""
    with settled_clone():
        ayi = Pen(cast.AYI)
        street.post(
            ayi.sealed(20, cast.TUBES["T1"], P["li"]), ayi.boxed(30, cast.BOXES["B1"], cast.TUBES["T1"]),
            ayi.boxed(31, cast.BOXES["B2"], cast.TUBES["T1"]),
        )  # fmt: skip
        with scoped(EVERYWHERE):
            _printed, kept = print_sheets(cast.STREET, clock.now(), "test", lines=20)
            with connection.cursor() as cursor:
                cursor.execute("UPDATE places_person SET needs = 2 WHERE id = %s", [P["gui"]])
        street.enrol(JournalFacts(1_009, "desk", (span(street.NEXT_STREET),), cast.DAWN, cast.minute(9000)), "next")
        street.post(Pen(1_009, street.NEXT_BUILDING).offered(70, street.STRANGER, to=cast.STREET))
        for role in ROLES:
            add_user(f"a-{role}", street.PASSWORD, [cast.STREET], [role])
        yield {"sheet": max(kept, key=lambda sheet: len(sheet.persons)).journal}


def browser(role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=f"a-{role}"))
    client.cookies["bulou_language"] = "zh-hans"
    return client


def entries() -> int:
    with scoped(EVERYWHERE):
        return Entry.objects.count()


def holds(role: str, *needs: str) -> bool:
    return {one for need in needs for one in need.split()} <= ROLES[role].abilities


ROW = f"danger.swab.{cast.ROUND}.{P['gui']}.0:{cast.NO_1}"
CONFLICT = f"conflict.tube.{cast.ROUND}.{cast.TUBES['T1']}.0:{cast.NO_1}"
#: For each act of the worklist a form that does it, and the kind of entry that it writes.
FORMS: dict[str, tuple[dict[str, str], str]] = {
    "call": ({"row": ROW}, "swab.called"),
    "defer": ({"row": ROW, "reason": "away", "hours": "2"}, "duty.deferred"),
    "excuse": ({"row": ROW, "reason": "deceased", "evidence": "居委说", "sure": "1"}, "duty.excused"),
    "offer": ({"row": ROW, "to_area": str(street.NEXT_STREET)}, "duty.offered"),
    "accept": ({"row": f"offer.swab.{cast.ROUND}.{street.STRANGER}.0:{cast.STREET}"}, "duty.accepted"),
    "take": ({"row": ROW}, "standing.set"),
    "close": ({"row": CONFLICT, "why": "核对过"}, "standing.set"),
    "snooze": ({"row": ROW, "why": "等", "hours": "2"}, "standing.set"),
}


def test_every_act_of_the_worklist_is_tried_here() -> None:
    assert set(FORMS) == set(actions.ACTS)


@pytest.mark.parametrize("act", FORMS)
@pytest.mark.parametrize("role", ROLES)
def test_an_act_of_the_worklist(doors: dict[str, int], role: str, act: str) -> None:
    form, kind = FORMS[act]
    need = entitled.needed(kind, {"duty": "swab", "name": "now.danger"})
    before = entries()
    answer = browser(role).post("/now/act", {"act": act, "sure": "1"} | form, follow=True)
    if not holds(role, "decide"):
        assert answer.status_code == 403
    elif act == "accept":  # there is one person of the next street, and who comes first takes her over
        assert entries() == before or holds(role, need)
        return
    elif holds(role, need):
        assert "已登记1条" in answer.content.decode()
    else:
        assert "您的角色在这一区域不能登记" in answer.content.decode()
    assert (entries() > before) is holds(role, "decide", need)


@pytest.mark.parametrize("role", ROLES)
def test_voiding_what_somebody_else_reported(doors: dict[str, int], role: str) -> None:
    before = entries()
    form = {"void": f"{cast.AYI}.3", "why": "登错", "row": CONFLICT, "sure": "1"}
    answer = browser(role).post("/now/act", form, follow=True)
    assert (answer.status_code == 403) is not holds(role, "decide")
    assert entries() == before or holds(role, "decide", "void")
    if holds(role, "decide") and not holds(role, "void"):  # or somebody did it already
        assert "不能登记“作废”" in answer.content.decode() or "已作废" in answer.content.decode()


def test_whoever_may_void_does(doors: dict[str, int]) -> None:
    street.post(Pen(cast.AYI, next=50).boxed(50, cast.BOXES["B3"], cast.TUBES["T1"]))
    form = {"void": f"{cast.AYI}.50", "why": "登错", "row": CONFLICT, "sure": "1"}
    for role, done in (("committee", False), ("store", False), ("street", True)):
        assert ("已登记1条" in browser(role).post("/now/act", form, follow=True).content.decode()) is done


@pytest.mark.parametrize("role", ROLES)
def test_handing_somebody_over_and_withdrawing_it(doors: dict[str, int], role: str) -> None:
    """From the sheet and the missed list; the page itself asks for no more than to see people."""
    client, before = browser(role), entries()
    form = {"duty": f"swab.{cast.ROUND}.{P['yue']}.0", "to_area": str(street.NEXT_STREET), "reason": "住在竹溪"}
    answer = client.post("/people/offers", form | {"sure": "1"})
    may = holds(role, PAGES["offer"], "words")
    assert (answer.status_code == 403) is not holds(role, PAGES["offer"])
    assert (entries() > before) is may
    if not may and holds(role, PAGES["offer"]):
        assert "您的角色在这一区域不能登记" in answer.content.decode()
    before = entries()
    answer = client.post("/people/offers/withdrawn", {"duty": form["duty"]}, follow=True)
    assert (entries() > before) is may and (not may or "已撤回移交" in answer.content.decode())


@pytest.mark.parametrize("role", ROLES)
def test_withdrawing_what_somebody_else_offered(doors: dict[str, int], role: str) -> None:
    key = f"swab.{cast.ROUND}.{P['gang']}.0"
    with scoped(EVERYWHERE):
        stands = Duty.objects.filter(kind=SWAB.code, subject=P["gang"], offered_to__isnull=False).exists()
    if not stands:
        number = entries() + 3000
        street.post(Pen(cast.DESK, cast.COURT, next=number).offered(70, P["gang"], to=street.NEXT_STREET))
    before = entries()
    answer = browser(role).post("/people/offers/withdrawn", {"duty": key}, follow=True)
    assert (entries() > before) is holds(role, PAGES["offer-withdraw"], "void"), answer.content.decode()[-300:]


@pytest.mark.parametrize("role", ROLES)
def test_a_list(doors: dict[str, int], role: str) -> None:
    client, table = browser(role), "1-201 周志强 收到\n1-201 吴丽华 外出"
    page = client.post("/import/list", {"round": cast.ROUND, "table": table, "act": "show"})
    may = holds(role, PAGES["import-list"], "words")
    assert (page.status_code == 200) is holds(role, PAGES["import-list"])
    digest = re.search(r'name="shown" value="(\w+)"', page.content.decode())
    before = entries()
    form = {"round": cast.ROUND, "table": table, "act": "apply", "shown": digest[1] if digest else "x"}
    client.post("/import/list", form)
    assert (entries() > before) is may


def test_whatever_a_list_can_say_asks_for_an_ability() -> None:
    for act in ("called", *(reason.name for reason in SWAB.reasons)):
        assert entitled.needed(entry_kind(act, SWAB), {"duty": "swab"}) == "words"


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.letter)
@pytest.mark.parametrize("role", ROLES)
def test_a_line_of_paper(doors: dict[str, int], role: str, code) -> None:
    number = CODES.index(code) + 1 if code.letter != "E" else 2  # another line for each code, as far as there are lines
    rest = {"S": str(cast.TUBES["T9"]), **{one.letter: "居委说" for one in CODES if one.evidence}}.get(code.letter, "")
    at = timezone.localtime(clock.now()).strftime(TIME)
    form = {"sheet": str(label(doors["sheet"])), "at": at, "table": f"{min(number, 4)} {code.letter} {rest}"}
    page = browser(role).post("/import/paper", form)
    need = entitled.needed(code.kind, {"duty": "swab"})
    assert (page.status_code == 200) is holds(role, "import")
    told = page.content.decode()
    if holds(role, "import"):
        assert ("您的角色在这栋楼不能登记" in told) is not holds(role, need)
        assert ("将录入的行" in told) is holds(role, need)


@pytest.mark.parametrize("what", ["one", "card"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ROLES)
def test_no_device_carries_more_than_who_enrols_it(doors: dict[str, int], role: str, kind: str, what: str) -> None:
    until = timezone.localtime(datetime.now(UTC) + timedelta(hours=9)).strftime(TIME)
    form = {"what": what, "name": "门口", "kind": kind, "role": "volunteer", "area": [cast.ESTATE], "until": until,
            "admits": "3"}  # fmt: skip
    answer = browser(role).post("/devices/enrol", form)
    carried = entitled.DEVICES["phone" if what == "card" else kind]
    assert ("#enrol=" in answer.content.decode()) is holds(role, "devices", carried)
    assert (answer.status_code == 403) is not holds(role, "devices")


def test_names_in_one_street_put_no_names_of_another_on_a_phone(doors: dict[str, int]) -> None:
    """Devices here and there, names here alone."""
    from bulou.desk.accounts import actions as accounts

    both = add_user("a-both", street.PASSWORD, [street.NEXT_STREET], ["administrator"])
    with scoped(EVERYWHERE):
        now = datetime.now(UTC)
        accounts.give(both, "committee", [cast.UPPER], now + timedelta(days=9), "test", "a test", now)
    until = timezone.localtime(datetime.now(UTC) + timedelta(hours=9)).strftime(TIME)
    form = {"what": "one", "name": "门口", "kind": "phone", "role": "volunteer", "until": until, "admits": "1"}
    client = browser("both")
    assert "#enrol=" in client.post("/devices/enrol", form | {"area": [cast.ESTATE]}).content.decode()
    for areas in ([street.NEXT_BUILDING], [cast.ESTATE, street.NEXT_BUILDING]):
        page = client.post("/devices/enrol", form | {"area": areas}).content.decode()
        assert "#enrol=" not in page and "不能登记手机" in page


def journal_file(journal: int, kind: str, body: dict) -> SimpleUploadedFile:
    at = cast.minute(60).isoformat()
    said = [{"n": 900, "kind": kind, "v": 1, "at": at, "offset_ms": 0, "area": cast.NO_1, "body": body}]
    return SimpleUploadedFile("j.json", json.dumps({"journal": journal, "entries": said}).encode())


WORD = {"campaign": cast.ROUND, "duty": "swab", "subjects": [P["ping"]], "reason": "deceased", "evidence": "x"}

STATED = {"subject_kind": 1, "subject": P["ping"], "name": "symptoms", "value": "yes", "reason": "x"}


@pytest.mark.parametrize(
    ("journal", "kind", "body"),
    [(cast.AYI, "duty.excused", WORD), (cast.AYI, "swab.called", {"campaign": cast.ROUND, "persons": [P["ping"]]}),
     (cast.AYI, "entry.voided", {"journal": cast.AYI, "number": 1, "reason": "x"}),
     (cast.AYI, "standing.set", STATED)],
)  # fmt: skip
@pytest.mark.parametrize("role", ROLES)
def test_a_journal_that_is_handed_in(doors: dict[str, int], role: str, journal: int, kind: str, body: dict) -> None:
    need = entitled.needed(kind, body, own=True)
    before = entries()
    answer = browser(role).post("/devices/hand-in", {"file": journal_file(journal, kind, body)})
    assert (answer.status_code == 200) is holds(role, "devices")
    if holds(role, "devices"):
        assert ("这个文件没有录入" in answer.content.decode()) is not holds(role, need)
    assert holds(role, "devices", need) or entries() == before
