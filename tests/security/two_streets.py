"""Plum Creek and Bamboo Creek side by side: the same kinds of rows in both, so that a leak has something to show."""

from __future__ import annotations

from django.db import connection

from bulou.command.jobs.models import Undoing
from bulou.command.linkage.models import Run
from bulou.command.regroup.models import Regrouping
from bulou.command.uploads.models import Upload
from bulou.command.work.saved.models import View
from bulou.command.worklist.models import Owner
from bulou.desk.abilities import ROLES
from bulou.desk.accounts import actions as accounts
from bulou.desk.actions import add_user
from bulou.desk.api.models import Key
from bulou.field import posting
from bulou.field.actions import offer_enrolment
from bulou.field.decode import Stray
from bulou.field.devices import service
from bulou.forces.computing.models import Run as Computation
from bulou.forces.matters.models import Matter
from bulou.forces.models import Asked, CallUp, Look, Member, MemberChange, Plan, Shift
from bulou.forces.protection.models import OutsideTeam, StaffTest, TeamChange
from bulou.ledger import journals
from bulou.ledger.areas import found_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.intake import Report
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.notices.models import Delivery, Notice, Rumour
from bulou.oversight.models import Checklist, Inspection, InspectionFinding
from bulou.oversight.models import Report as InspectionReport
from bulou.people import emergency_access, note_export
from bulou.places import units
from bulou.places.actions import look_up
from bulou.places.doubts import fingerprint, said_of
from bulou.places.linkage.rows import Claim
from bulou.places.models import Doubt
from bulou.places.units import Unit
from bulou.relief.stock import registry
from bulou.relief.stock.models import Good
from bulou.residents.models import Card
from bulou.residents.volunteers.models import Application, Poster
from bulou.residents.volunteers.models import Key as OwnKey
from bulou.residents.volunteers.models import Look as Seen
from bulou.rounds.calls.models import Call, Serving
from bulou.rounds.chat_list import taken
from bulou.rounds.coverage_check.models import Draw, Drawn, Stratum
from bulou.rounds.models import Sheet
from bulou.rounds.opening.models import Draft
from bulou.rounds.scope.models import Misfilled, Treated
from bulou.rounds.scope.models import Plan as ScopePlan
from bulou.ui.attachments.models import Photo, PhotoLook
from bulou.ui.halting.models import Halt
from bulou.ui.room import unit_kinds
from tests import cast
from tests import desk_street as street
from tests.builders import Pen, rivals

NEXT = 1_009
#: Written nowhere but in Bamboo Creek.
SECRET_NAME, SECRET_PHONE = "竹心兰", "13987654321"
SECRETS = (SECRET_NAME, SECRET_PHONE, "竹生", "竹楼门口", "竹楼专场")
#: Rounds that are being prepared in the two, and the names of their rosters.
NEW_ROUNDS = {cast.NO_1: "一号楼专场", street.NEXT_BUILDING: "竹楼专场"}
FOUND = found_id(NEXT, 1)
#: The order in which they are added to an empty database.
USERS = {name: number for number, name in enumerate(("district", "street", "neighbour", "nobody"), 1)}
#: Stores, and transfers between them: (own, theirs).
STORES, TRANSFERS = (3, 5), (found_id(cast.CLERK, 1), found_id(NEXT, 200))
GUI, LI = cast.PERSONS["gui"].id, cast.PERSONS["li"].id
#: Kinds of holder.
PERSON, HOUSEHOLD, OUTSIDE = 1, 2, 12


def move_in() -> None:
    """Fill every table that belongs to an area, in both streets, once the cast's street is settled."""
    add_user("street", street.PASSWORD, [cast.STREET], ROLES)  # so that every page opens, and may leak
    facts = JournalFacts(NEXT, "desk", (span(street.NEXT_STREET),), cast.DAWN, cast.minute(9000))
    street.enrol(facts, "竹楼门口")
    _write(Pen(cast.LAO, cast.NO_1), "梅子", "13800000001", GUI, cast.HOUSEHOLDS[0].id, cast.TUBES["T1"])
    _write(Pen(NEXT, street.NEXT_BUILDING), SECRET_NAME, SECRET_PHONE, street.STRANGER, 99, cast.TUBES["T2"])
    _positive()
    _move(Pen(cast.DESK, cast.STREET), Pen(NEXT, street.NEXT_BUILDING, next=100))
    with scoped(EVERYWHERE):
        for person in (GUI, street.STRANGER):
            look_up(person, "command", "a test", cast.minute(60))
        for area in (cast.NO_1, street.NEXT_BUILDING):
            offer_enrolment("门口", "phone", (span(area),), cast.minute(9000), "command", cast.DAWN, unit=7)
        Owner.objects.create(area=cast.NO_1, name="梅主任", telephone="13800000001")
        Owner.objects.create(area=street.NEXT_BUILDING, name="竹主任", telephone=SECRET_PHONE)
        next_door, _key = journals.enrol("竹楼手机", "phone", (span(street.NEXT_STREET),), cast.DAWN, cast.minute(9000))
        for act, minute in ((service.REVOKED, 60), (service.REINSTATED, 61)):
            service.serve(act, (cast.LAO, next_door), "command", "a test", EVERYWHERE, cast.minute(minute))
        for area in (cast.NO_1, street.NEXT_BUILDING):
            journal, _key = journals.enrol("纸单", "import", (span(area),), cast.DAWN, cast.minute(9000))
            Sheet.objects.create(
                journal=journal, campaign=cast.ROUND, area=area, persons=[1], printed_at=cast.DAWN, printed_by="x"
            )
        for person, area in ((GUI, cast.NO_1), (street.STRANGER, street.NEXT_BUILDING)):
            journal = cast.LAO if person == GUI else NEXT
            row = taken.Row(1, person, area, "swab.called", "called", journal, 2)
            taken.keep("list", "x", cast.ROUND, [row], cast.minute(60))
            # By somebody of the other street, so that it lies beyond the own areas.
            emergency_access.break_glass(
                "command", "code", f"P{person}", "", "order", "a test", (span(cast.area_id(104, 9)),), cast.minute(60)
            )
            note_export("command", "doors", {"area": area}, 1, False, cast.minute(60), area)
            Draft.objects.create(name=NEW_ROUNDS[area], area=area, by="x", made_at=cast.DAWN)
            Upload.objects.create(
                kind="persons", folder="0" * 32, file_name=f"{NEW_ROUNDS[area]}.csv", size=1, area=area,
                ranges=[[*span(area)]], by="x", made_at=cast.DAWN,
            )  # fmt: skip
            # Both of one account: what lies outside its areas is not seen by its owner neither.
            View.objects.create(
                user_id=USERS["street"], kind="visit", name=NEW_ROUNDS[area], area=area, roles=["street"], late=True,
                made_at=cast.DAWN,
            )  # fmt: skip
            Serving.objects.create(area=area, unit=1, since=cast.DAWN, by="x")
            Card.objects.create(household=area, area=area, digest=b"%d" % area, made_at=cast.DAWN, made_by="x")
            Call.objects.create(
                campaign=cast.ROUND, unit=1, area=area, stairwell="1", part=1, homes=[-person], people=1, seconds=60,
                source="rule", by="x", made_at=cast.DAWN,
            )  # fmt: skip
            forces(area, NEW_ROUNDS[area], "13800000001" if person == GUI else SECRET_PHONE)
            notices(area, 41 if person == GUI else 99, NEW_ROUNDS[area])
            inspected(area, NEW_ROUNDS[area])
            draw = Draw.objects.create(
                campaign=cast.ROUND, area=area, seed=7, half_width=20, due=cast.minute(900), present=1, covered=1,
                excused=0, at=cast.DAWN, by=NEW_ROUNDS[area],
            )  # fmt: skip
            Stratum.objects.create(draw=draw, area=area, kind="sampled", size=1)
            Drawn.objects.create(draw=draw, person=person, area=area, stratum=area, kind="sampled")
            Run.objects.create(area=area, most=1, by=NEW_ROUNDS[area], state="done", asked_at=cast.DAWN)
            Halt.objects.create(kind=2, number=area, area=area, by=NEW_ROUNDS[area], at=cast.DAWN)
            Undoing.objects.create(
                upload=area, run=area, area=area, by=NEW_ROUNDS[area], state="done", asked_at=cast.DAWN
            )
            ScopePlan.objects.create(draft=area, area=area)
            Treated.objects.create(
                campaign=cast.ROUND, person=person, area=area, cause="pool", treatment="deferred", at=cast.DAWN
            )
            Misfilled.objects.create(
                campaign=cast.ROUND, tube=area, area=area, journal=area, number=1, at=cast.DAWN, heard_at=cast.DAWN,
                over=12, singles=0, homes=0,
            )  # fmt: skip
            Regrouping.objects.create(
                area=area, olds=[area], news=[], moved={"nodes": {}, "doors": [], "people": []}, by=NEW_ROUNDS[area],
                at=cast.DAWN,
            )  # fmt: skip
        for name, area, phone in (
            ("梅溪东门", cast.NO_1, "13800000001"), ("竹楼门口", street.NEXT_BUILDING, SECRET_PHONE),
        ):  # fmt: skip
            units.add([Unit(0, unit_kinds()["gate"].code, area, name, telephone=phone)], "command", cast.DAWN)
        _keys()
        _stock()
        doubt(GUI, cast.NO_1, cast.NO_1, "梅子", "13800000001")
        doubt(GUI, cast.NO_1, street.NEXT_BUILDING, SECRET_NAME, SECRET_PHONE)
        doubt(street.STRANGER, street.NEXT_BUILDING, street.NEXT_BUILDING, SECRET_NAME, SECRET_PHONE)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO places_person_fact (person, attribute, value, valid_from, recorded_at)"
                " SELECT id, 1, name, %s, %s FROM places_person",
                [cast.DAWN, cast.DAWN],
            )
            cursor.execute(
                "INSERT INTO places_said (person, attribute, source, value, valid_from, recorded_at)"
                " SELECT id, 1, (SELECT min(id) FROM places_source), name, %s, %s FROM places_person",
                [cast.DAWN, cast.DAWN],
            )


def forces(area: int, name: str, telephone: str) -> None:
    """Somebody of the forces of an area, who was called up there and has a shift."""
    member = Member.objects.create(
        area=area, cadre="staff", name=name, telephone=telephone, added_at=cast.DAWN, skills={"register": {}}
    )
    MemberChange.objects.create(member=member, at=cast.DAWN, by="x", act="added")
    Look.objects.create(member=member, area=area, at=cast.DAWN, by="x", page="list")
    call_up = CallUp.objects.create(
        area=area, place=name, at=cast.minute(900), skill="", wanted=1, circle=3, by="x", made_at=cast.DAWN
    )
    Asked.objects.create(call_up=call_up, member=member, area=area, circle=3, asked_at=cast.DAWN)
    day = cast.DAWN.date()
    Matter.objects.create(call_up=call_up, area=area, occasion=area)
    Computation.objects.create(
        area=area, day=day, campaign=cast.ROUND, shares={}, rates={}, ranges=[], by=name, asked_at=cast.DAWN,
        state="failed",
    )  # fmt: skip
    StaffTest.objects.create(member=member, area=area, at=cast.DAWN, value="sampled", by="x")
    team = OutsideTeam.objects.create(
        area=area, name=name, origin=name, leader=name, telephone=telephone, people=1, arrives_at=cast.DAWN, by="x",
        made_at=cast.DAWN,
    )  # fmt: skip
    TeamChange.objects.create(team=team, area=area, at=cast.DAWN, by="x", act="added")
    poster = Poster.objects.create(
        area=area, digest=b"p%d" % area, made_at=cast.DAWN, made_by="x", until=cast.minute(9000)
    )
    signed = Application.objects.create(area=area, poster=poster, name=name, telephone=telephone, said_at=cast.DAWN)
    OwnKey.objects.create(
        area=area, digest=b"k%d" % area, application=signed, made_at=cast.DAWN, until=cast.minute(9000)
    )
    Seen.objects.create(application=signed, area=area, at=cast.DAWN, by="x")
    Plan.objects.create(area=area, day=day, made_at=cast.DAWN, by="x", said={"streets": [], "placed": 0})
    Shift.objects.create(
        member=member, area=area, day=day, shift="morning", skill="register", starts=cast.minute(60),
        ends=cast.minute(540), state="published", source="hand", by="x", made_at=cast.DAWN,
    )  # fmt: skip


def _keys() -> None:
    """A key of another system in either street."""
    for area, name in ((cast.NO_1, "梅溪平台"), (street.NEXT_BUILDING, f"{SECRETS[3]}平台")):
        user = accounts.add(f"api.{name}")
        accounts.note("x", user, "key-made", "", cast.DAWN)
        Key.objects.create(
            name=name, digest=b"%d" % area, start="bulou_", user=user, area=area, abilities=["board"], why="x",
            made_at=cast.DAWN, made_by="x", until=cast.minute(9000),
        )  # fmt: skip


def notices(area: int, household: int, name: str) -> None:
    """A notice that was sent to a household of an area, and a rumour that was heard there."""
    notice = Notice.objects.create(
        area=area, title_zh=name, title_en=name, text_zh=name, text_en=name, public_zh="x", public_en="x",
        channels=["page", "slip", "poster"], state="sent", by="x", made_at=cast.DAWN, approved_by="y",
        approved_at=cast.DAWN, sent_by="x", sent_at=cast.DAWN, sent_to=1,
    )  # fmt: skip
    for channel in ("page", "slip"):
        Delivery.objects.create(
            notice=notice, household=household, area=area, channel=channel, state="sent", made_at=cast.DAWN,
            not_before=cast.DAWN, sent_at=cast.DAWN,
        )  # fmt: skip
    Rumour.objects.create(area=area, said=name, heard_at="x", by="x", made_at=cast.DAWN)


def inspected(area: int, name: str) -> None:
    """An inspection of an area that found something, with a photo that was looked at and a report."""
    inspection = Inspection.objects.create(
        area=area, manner="planned", checklist=Checklist.objects.order_by("pk")[0], inspectors=name, by="x",
        planned_for=cast.DAWN, made_at=cast.DAWN, state="done", begun_at=cast.DAWN, done_at=cast.DAWN, done_by="x",
    )  # fmt: skip
    InspectionFinding.objects.create(
        inspection=inspection, area=area, question="x", campaign=1, subject=area, occasion=0
    )
    InspectionReport.objects.create(inspection=inspection, area=area, text=name, by="x", at=cast.DAWN)
    photo = Photo.objects.create(
        area=area, about=f"inspection.{inspection.pk}", digest="0" * 64, size=1, width=1, height=1, by="x",
        at=cast.DAWN, keep_until=cast.minute(9000),
    )  # fmt: skip
    PhotoLook.objects.create(photo=photo, area=area, at=cast.DAWN, by="x")


def _stock() -> None:
    """Two stores in either street and a transfer between them, of a good that both have."""
    kind = unit_kinds()["store"].code
    rice = Good(name="大米", name_en="rice", code="RICE", kind="food", unit="袋")
    (good,) = registry.save([(None, rice)], "command", cast.DAWN)
    registry.lot(good, "L1", None)
    for pen, names, area in (
        (Pen(cast.CLERK, cast.LOWER), ("梅溪仓库", "梅溪二号仓库"), cast.LOWER),
        (Pen(NEXT, street.NEXT_BUILDING, next=200), (f"{SECRETS[3]}仓库", f"{SECRETS[3]}二号"), street.NEXT_BUILDING),
    ):  # fmt: skip
        first, second = units.add([Unit(0, kind, area, name) for name in names], "command", cast.DAWN)
        items = [{"good": good, "quantity": 5}]
        sent = pen.write("stock.sent", 70, store=first, to=second, items=items)
        more = [{"good": good, "quantity": 50}]
        street.post(sent, pen.write("stock.received", 60, store=first, source="allocated", items=more))


def doubt(person: int, area: int, other_area: int, name: str, phone: str) -> None:
    """Raise a doubt about somebody on record and what a list says of another area."""
    claim = Claim(0, other_area, "1", "101", name, name, "", phones=(phone,))
    Doubt.objects.create(
        kind="number", area=area, other_area=other_area, person_id=person, said=said_of(claim),
        fingerprint=fingerprint(person, claim), since=cast.DAWN,
    )  # fmt: skip


def _write(pen: Pen, name: str, phone: str, person: int, household: int, tube: int) -> None:
    entries = [
        pen.write("person.found", 1, campaign=cast.ROUND, name=name, phone=phone),
        pen.called(5, person),
        pen.sealed(10, tube, person, mode="single"),
        pen.standing(20, person, "symptoms", "yes"),
        pen.moved(30, cast.KITS, 2, (OUTSIDE, 0), (PERSON, person)),
        pen.moved(31, cast.RICE, 1, (OUTSIDE, 0), (HOUSEHOLD, household)),
        *rivals(pen.called(50, person), pen.called(51, person)),
    ]
    entries.append(pen.voided(60, pen.journal, 2))
    reports = [Report.of(entry) for entry in entries]
    stray = Stray(pen.journal, f'{{"name":"{name}"}}'.encode(), Refused(115, "n"))
    (answer,) = posting.settle([posting.Sent(pen.journal, [*reports, stray])], cast.minute(600))
    assert {(r.status, r.code) for r in answer.receipts} <= {("kept", None), ("conflicting", None), ("refused", 115)}


def _positive() -> None:
    """Each street has somebody to bring to a bed."""
    one, other = label(71_001), label(71_002)
    results = [{"tube": tube, "value": "positive"} for tube in (one, other)]
    street.post(
        Pen(cast.LAO, cast.NO_1, next=20).sealed(11, one, LI, mode="single"),
        Pen(NEXT, street.NEXT_BUILDING, next=20).sealed(11, other, FOUND, mode="single"),
        *(
            Pen(journal, area, next=60).write(
                "visit.asked", 12, campaign=cast.ROUND, subjects=[person], question="single", why=why
            )
            for journal, area, person, why in (
                (cast.LAO, cast.NO_1, LI, "门口"), (NEXT, street.NEXT_BUILDING, FOUND, "竹楼门口"),
            )
        ),
        Pen(cast.LABORATORY).write("tube.resulted", 69, campaign=cast.ROUND, results=results),
    )  # fmt: skip


def _move(sender: Pen, taker: Pen) -> None:
    """Hand a person of Plum Creek over to Bamboo Creek."""
    zhou = cast.PERSONS["zhou"].id
    offer = sender.offered(70, zhou, to=street.NEXT_BUILDING, area=cast.NO_1)
    street.post(offer, taker.accepted(80, zhou, offer=offer, area=street.NEXT_BUILDING))
