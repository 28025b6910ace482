"""A day of Plum Creek on which everything happens that the desk has a word for, and what no vocabulary knows besides.

Residents with needs and telephones; a round that was closed and one that runs; a pool and a person that are positive;
tubes that are lost, doubled and unknown; phones that are silent, lost, wrong; offers, looks beyond the own area, lists
that left; and texts from devices that nobody can read. Noon is past; the clock stands.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.command.work import covering
from bulou.command.worklist.models import Owner
from bulou.desk.abilities import ROLES
from bulou.desk.actions import add_user
from bulou.field import posting
from bulou.field.actions import enrol as enrol_device
from bulou.field.actions import offer_enrolment
from bulou.field.decode import Stray
from bulou.ledger import clock, intake, journals
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.effects import Entry
from bulou.ledger.intake import Report
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.people import access_record, emergency_access, note_export
from bulou.places.actions import load_town
from bulou.rounds.actions import close_round, open_round
from bulou.rounds.paper.actions import print_sheets
from bulou.ui.room import works
from tests import cast, desk_register
from tests import desk_street as street
from tests.builders import Pen, rivals
from tests.crawler import Known, Reader

NOW = cast.minute(600)
YESTERDAY = cast.DAWN - timedelta(days=1)
P = {name: person.id for name, person in cast.PERSONS.items()}
T, B = cast.TUBES, cast.BOXES
ENGLISH = {
    cast.DISTRICT: "Plum District", cast.STREET: "Plum Creek", cast.UPPER: "Plum Creek First Committee",
    cast.LOWER: "Plum Creek Second Committee", cast.ESTATE: "Plum New Village", cast.NO_1: "No. 1", cast.NO_2: "No. 2",
    street.NEXT_STREET: "Bamboo Creek",
}  # fmt: skip
NEEDS = {
    "gui": ["alone_over_75"], "he": ["dialysis"], "mei": ["pregnant"], "bao": ["infant"], "zhao": ["bedridden"],
}  # fmt: skip
#: Where each role works on this day.
WORKS = {
    "command": cast.DISTRICT, "planner": cast.DISTRICT, "epidemiologist": cast.DISTRICT, "auditor": cast.DISTRICT,
    "administrator": cast.DISTRICT, "committee": cast.UPPER,
}  # fmt: skip
#: What people type on this day.
NOTES = (
    "梅溪一居委 1号楼门口", "梅溪新村 备用机", "转运车 3", "区中心实验室", "丢失的手机", "竹溪门口", "指挥部流水",
    "周一白班志愿者", "周一白班志愿者 · 小吴", "门口平板", "某人", "第一轮核酸", "第二轮核酸", "梅主任", "李副主任",
    *desk_register.NOTES,
    "病区电话确认", "家属来电", "已电话核实", "原因不足", "电话核对", "核对", "on paper", "written by mistake",
    "<b>粗体</b>", "ward 3 confirms", "街道来电", "cast", "no such list", "2022-04-04 核酸筛查",
)  # fmt: skip
#: What a device of another maker or a broken one may say.
ODD = ("abc", "1-", "9" * 30, "<b>粗体</b>", "None", "{{ 7|add:7 }}", "")
READERS = [*ROLES, "nobody"]
#: Nobody signs in here with a password.
QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
#: Where everybody begins, and what somebody types who has the ability.
STARTS = ("/", "/now", "/settings")
TYPED = {
    "people": ("/people?q=李", f"/people/{P['zheng']}", f"/people/{P['lin']}"),
    "audit": (f"/oversight?tube={T['T1']}",),
}


def reader(user: str, held: Known) -> Reader:
    """Return the day's user of a role, signed in."""
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username=user_of(user) if user in ROLES else user))
    abilities = ROLES[user].abilities if user in ROLES else frozenset()
    return Reader(user, abilities, browser, held, READERS.index(user))


def user_of(role: str) -> str:
    """Return the name of the day's user of a role."""
    return f"{role}-01"


def users() -> None:
    """One user of each role, and one without any."""
    for role in ROLES:
        add_user(user_of(role), street.PASSWORD, [WORKS.get(role, cast.STREET)], [role])
    add_user("nobody", street.PASSWORD, [])
    User.objects.filter(username="nobody").update(last_login=None)


def settle(folder: Path) -> None:
    """Let the day happen; the clock of ``folder`` stands at its afternoon."""
    clock.play(folder, NOW, NOW, 0)
    _town()
    users()
    opener, _ = journals.enrol("指挥部流水", "system", EVERYWHERE, YESTERDAY, cast.minute(9000))
    open_round(1, "第一轮核酸", cast.DISTRICT, opener, YESTERDAY, YESTERDAY)
    _first_round()
    with scoped(EVERYWHERE):
        still = _open(1)
    close_round(1, cast.DISTRICT, opener, cast.minute(-300), cast.minute(-299), {"next_round": still})
    open_round(2, "第二轮核酸", cast.DISTRICT, opener, cast.DAWN, cast.DAWN, until=cast.minute(720))
    _second_round()
    _devices()
    _desk()
    _odd()
    _declared(opener)
    desk_register.bring_in(user_of("street"), user_of("command"))
    desk_register.round_of_the_day(user_of("street"))


def _declared(opener: int) -> None:
    """One duty of each declared kind that no round owes, and a distribution that runs."""
    at = NOW - timedelta(minutes=20)
    requests, findings, parcels, visits = (works()[name] for name in ("request", "finding", "parcel", "visit"))
    asked = {"need": "food", "what": "x", "asker": "何平", "channel": "door"}
    found = {"topic": "gate", "severity": "minor", "what": "x", "owner": "x"}
    said = [
        ("request.opened", at, cast.NO_2, {"campaign": requests.programme.id, "subjects": [47], **asked}),
        ("finding.opened", at, cast.ESTATE, {"campaign": findings.programme.id, "subjects": [cast.ESTATE], **found}),
    ]
    passes = works()["pass"]
    gone = {"sort": "medical", "who": "何平", "why": "x"}
    said.append(("pass.asked", at, cast.NO_2, {"campaign": passes.programme.id, "subjects": [47], **gone}))
    letout = {"campaign": works()["letout"].programme.id, "subjects": [cast.ESTATE], "cause": "childbirth"}
    said.append(("gate.let_out", at, cast.ESTATE, letout))
    said.append(
        ("visit.asked", at, cast.NO_2, {"campaign": visits.programme.id, "subjects": [P["he"]], "question": "single"})
    )
    assert {receipt.status for receipt in journals.append(opener, said, NOW)} == {"kept"}
    user = User.objects.order_by("pk")[0]
    fixed = {"store": 1, "good": 1, "quantity": 1}
    with scoped(EVERYWHERE):
        n, who = covering.owed_in(parcels, cast.ESTATE), (user.pk, user.username)
        covering.open_(parcels, "X", cast.ESTATE, fixed, n, who, (span(cast.DISTRICT),), at)


def _town() -> None:
    areas = [
        {"id": id_, "name": zh, "name_en": ENGLISH.get(id_, en), "x": 1000.0 + 700 * (i % 3), "y": 900.0 + i // 3 * 500}
        for i, (id_, zh, en) in enumerate(street.NAMES)
    ]  # fmt: skip
    flats = [(h.id, h.area, "1", int(h.door[0]), h.door) for h in cast.HOUSEHOLDS]
    flats.append((99, street.NEXT_BUILDING, "1", 1, "101"))
    homes = {person: h.id for h in cast.HOUSEHOLDS for person in h.persons}
    persons = [
        (p.id, homes[p.id], p.zh, 1939 if p.name == "gui" else 1970, f"138000{p.id:05d}" if p.id % 3 else None,
         NEEDS.get(p.name, []))
        for p in cast.PERSONS.values()
    ]  # fmt: skip
    persons.append((street.STRANGER, 99, "竹生", 1970, "13987654321", []))
    load_town(
        areas, dict(zip(("id", "area", "stairwell", "floor", "door"), zip(*flats, strict=True), strict=True)),
        dict(zip(("id", "household", "name", "birth_year", "phone", "needs"), zip(*persons, strict=True), strict=True)),
        YESTERDAY - timedelta(days=1), "cast",
    )  # fmt: skip


def _device(name: str, kind: str, area: int, until: datetime | None = None) -> int:
    return journals.enrol(name, kind, (span(area),), YESTERDAY, until or cast.minute(3000))[0]


def _post(*entries: Entry, at: datetime = NOW) -> None:
    intake.post(entries, at)  # some are refused, as on any day


def _open(campaign: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_duty WHERE campaign = %s AND outcome = 0", [campaign])
        return cursor.fetchone()[0]


def _first_round() -> None:
    pen = Pen(_device("梅溪新村 备用机", "phone", cast.STREET), campaign=1)
    laboratory = Pen(_device("区中心实验室", "laboratory", cast.DISTRICT), campaign=1)
    _post(
        pen.called(-1400, P["gui"], P["li"]), pen.sealed(-1390, T["T8"], P["li"], P["mei"], P["xiaoli"]),
        laboratory.write("tube.resulted", -1100, campaign=1, results=[{"tube": T["T8"], "value": "negative"}]),
        pen.closed(-1000), at=cast.minute(-900),
    )  # fmt: skip


def _second_round() -> None:
    phone = Pen(_device("梅溪一居委 1号楼门口", "phone", cast.STREET), campaign=2)
    other = Pen(_device("门口平板", "phone", cast.UPPER), cast.NO_2, campaign=2)
    desk = Pen(_device("街道流水", "desk", cast.STREET), cast.STREET, campaign=2)
    van = Pen(_device("转运车 3", "courier", cast.DISTRICT), campaign=2)
    laboratory = Pen(_device("区中心实验室", "laboratory", cast.DISTRICT), campaign=2)
    told = [
        phone.called(5, P["gui"], P["li"], P["mei"], P["xiaoli"], P["zhou"], P["hua"]),
        phone.sealed(20, T["T1"], P["li"], P["mei"], P["xiaoli"]),  # the pool that is abnormal
        phone.sealed(25, T["T2"], P["sun"], mode="single"),  # who tests positive
        phone.sealed(30, T["T3"], P["zhou"], P["hua"]),
        phone.boxed(40, B["B1"], T["T1"], T["T2"]), phone.handed(50, B["B1"], giver=phone.journal),
        van.write("box.handed", 51, campaign=2, box=B["B1"], courier=cast.VAN, giver=phone.journal),
        laboratory.box_received(90, B["B1"], tubes_counted=3),  # one too many
        laboratory.resulted(200, T1="positive", T2="positive"),
        laboratory.resulted(230, T7="negative"),  # nobody sealed it
        phone.sealed(60, T["T4"], P["qian"], mode="single"), laboratory.resulted(240, T4="invalid"),
        phone.sealed(70, T["T5"], P["feng"], mode="single"), other.sealed(75, T["T6"], P["feng"], mode="single"),
        other.sealed(76, T["T3"], P["zhao"], mode="single"),  # one label, two tubes
        other.deferred(100, P["zhao"], until=cast.minute(660), reason="team_needed"),
        other.refused(101, P["yun"]), other.excused(102, P["zheng"]),
        other.deferred(103, P["bao"], until=cast.minute(300)),
        desk.excused(104, P["he"], reason="medical_reason"), desk.reopened(120, P["he"]),
        desk.write("person.found", 130, cast.COURT, campaign=2, name="某人", phone="13800009999"),
        other.write("person.found", 131, campaign=2, name="某人"),
        desk.offered(140, P["lin"], to=street.NEXT_STREET, area=cast.COURT),
        desk.offered(141, P["an"], to=cast.LOWER, area=cast.COURT),
        phone.write("antigen.reported", 150, person=P["ping"], value="positive"),
        phone.write("antigen.reported", 151, person=P["gui"], value="negative"),
        phone.standing(160, P["ping"], "symptoms", "yes"),
        desk.write("standing.set", 161, cast.NO_1, subject_kind=5, subject=cast.NO_1, name="zone.level",
                   value="lockdown", reason="核对"),
        desk.moved(170, cast.KITS, 20, (12, 0), (7, cast.DEPOT)),
        desk.moved(171, cast.RICE, 1, (7, cast.DEPOT), (2, 41)),
        desk.write("standing.set", 172, subject_kind=7, subject=cast.DEPOT, name="need.801", value="90", reason="核对"),
        phone.sealed(300, T["T9"], P["tang"], area=cast.COURT), desk.voided(310, phone.journal, phone.next - 1),
        laboratory.box_received(320, B["B4"]), phone.boxed(330, B["B5"], label(71_000)),
    ]  # fmt: skip
    _post(*told)
    _post(*rivals(other.called(400, P["zhao"]), other.called(401, P["zhao"])))
    _post(other.called(405, P["zhao"]), Entry(other.journal, other.next + 3, "swab.called", cast.minute(406), cast.NO_2,
                                               {"campaign": 2, "persons": [P["zhao"]]}))  # fmt: skip
    _post(
        phone.write("labels.issued", 407, **{"from": label(80_000), "to": label(80_003)}),
        phone.write("device.reported", 408, battery_pct=17, unsent=4, oldest_unsent_s=900, app="1.0"),
        phone.write("swab.called", 409, campaign=2, persons=[]),
        phone.write("no.such", 410, x=1),
        phone.called(411, P["gui"], area=cast.FAR),
        phone.write("swab.called", 412, campaign=77, persons=[P["gui"]]),
        phone.write("swab.called", 413, offset_ms=7_300_000, campaign=2, persons=[P["gui"]]),
    )
    stray = Stray(phone.journal, b"\xff\x00{", Refused(115, "n"))
    posting.settle([posting.Sent(phone.journal, [Report.of(phone.called(414, P["gui"])), stray])], NOW)


def _devices() -> None:
    lost = _device("丢失的手机", "phone", cast.STREET)
    _post(Pen(lost, campaign=2).called(30, P["gui"]), at=cast.minute(35))
    journals.revoke(lost, cast.minute(300))
    _device("竹溪门口", "phone", street.NEXT_STREET)
    ended = Pen(_device("门口平板", "phone", cast.UPPER), campaign=2)
    _post(ended.write("labels.issued", 10, **{"from": label(81_000), "to": label(81_009)}), ended.closed(90))
    with scoped(EVERYWHERE):
        offer_enrolment(
            "门口平板", "phone", (span(cast.NO_2),), cast.minute(900), user_of("committee"), cast.minute(590)
        )
        card = offer_enrolment(
            "周一白班志愿者", "phone", (span(cast.ESTATE),), cast.minute(900), user_of("committee"), cast.DAWN,
            role="volunteer", admits=5,
        )  # fmt: skip
    enrol_device(card, cast.minute(595), "小吴")


def _desk() -> None:
    with scoped(EVERYWHERE):
        Owner.objects.create(
            area=cast.UPPER, name="梅主任", telephone="13800000001", subject=P["sun"], deputy="李副主任",
            deputy_telephone="13800000002",
        )  # fmt: skip
        print_sheets(cast.NO_2, NOW, user_of("committee"), 2)
        for at, what in ((300, "missed.xlsx"), (301, "doors"), (302, "no such list")):
            note_export(
                user_of("committee"),
                what,
                {"state": "missed", "area": cast.UPPER},
                9,
                True,
                cast.minute(at),
                cast.UPPER,
            )
    ranges = (span(cast.STREET),)
    wanted = {"how": "code", "value": f"P{street.STRANGER}", "name": "", "kind": "order", "ranges": ranges}
    grants = [
        emergency_access.break_glass(user_of("street"), **wanted, why="街道来电", now=cast.minute(at))
        for at in (400, 598)
    ]
    with suppress(access_record.Refusal):  # nobody has this code
        emergency_access.break_glass(
            user_of("street"), **wanted | {"value": "P77777"}, why="家属来电", now=cast.minute(401)
        )
    with scoped(EVERYWHERE):
        access_record.review(grants[0].id, "questioned", "原因不足", user_of("auditor"), cast.minute(500))


def _odd() -> None:
    """Texts that no vocabulary knows, as old or foreign devices leave them: written past the door."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_journal WHERE name = '门口平板' ORDER BY id LIMIT 1")
        journal = cursor.fetchone()[0]
        for n, value in enumerate(ODD, 1):
            for kind, subject, area, name in (
                (6, journal, cast.UPPER, f"device.labels.{n}"), (6, journal, cast.UPPER, "device.state"),
                (1, P["rong"], cast.BRIDGE, f"odd.{n}"), (1, P["rong"], cast.BRIDGE, "infection"),
                (7, cast.DEPOT, cast.STREET, f"need.{n}"), (5, cast.BRIDGE, cast.BRIDGE, "zone.level"),
            ):  # fmt: skip
                _state(cursor, kind, subject, area, name, value)


def _state(cursor: Any, kind: int, subject: int, area: int, name: str, value: str) -> None:
    cursor.execute(
        "INSERT INTO ledger_standing (subject_kind, subject, name, value, area, since)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (subject_kind, subject, name)"
        " DO UPDATE SET value = EXCLUDED.value",
        [kind, subject, name, value, area, NOW],
    )


def known() -> Known:
    """Return what the registers and reports of the day hold."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:

        def column(statement: str) -> list[Any]:
            cursor.execute(statement)
            return [row[0] for row in cursor.fetchall() if row[0] not in (None, "")]

        names = column("SELECT name FROM places_person")
        phones = column("SELECT phone FROM places_person")
        texts = [
            *names, *(f"{name[:1]}**" for name in names), *(f"{name[:1]}*" for name in names), *phones,
            *(phone[:3] + "*" * (len(phone) - 5) + phone[-2:] for phone in phones),
            *column("SELECT name FROM places_area"), *column("SELECT name_en FROM places_area"),
            *column("SELECT name FROM ledger_journal"), *column("SELECT name FROM ledger_campaign"),
            *column("SELECT username FROM auth_user"), *column("SELECT door FROM places_household"),
            *column("SELECT telephone FROM now_owner"), *column("SELECT deputy_telephone FROM now_owner"),
            *(odd for odd in ODD if odd), *NOTES,
        ]  # fmt: skip
        labels = column("SELECT subject FROM ledger_duty WHERE kind IN (2, 3)")
        sheets = [label(number) for number in column("SELECT journal FROM rounds_sheet")]
        inside = column("SELECT id FROM places_area")
        inside += [number for number in column("SELECT id FROM ledger_journal") if number > 100_000]
    return Known(frozenset(texts), frozenset([*labels, *sheets]), frozenset(inside))
