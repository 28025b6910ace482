"""Plum Creek and Bamboo Creek side by side: the same kinds of rows in both, so that a leak has something to show."""

from __future__ import annotations

from django.db import connection

from bulou.command.devices import service
from bulou.command.exchange import taken
from bulou.command.now.models import Owner
from bulou.command.opening.models import Draft
from bulou.command.people import glass, note_export
from bulou.command.uploads.models import Upload
from bulou.desk.abilities import ROLES
from bulou.desk.actions import add_user
from bulou.field import posting
from bulou.field.actions import offer_enrolment
from bulou.field.decode import Stray
from bulou.ledger import journals
from bulou.ledger.areas import found_id, span
from bulou.ledger.intake import Report
from bulou.ledger.labels import label
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.actions import look_up
from bulou.places.doubts import fingerprint, said_of
from bulou.places.linkage import Claim
from bulou.places.models import Doubt
from bulou.rounds.models import Sheet
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
            offer_enrolment("门口", "phone", (span(area),), cast.minute(9000), "command", cast.DAWN)
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
            glass.break_glass(
                "command", "code", f"P{person}", "", "order", "a test", (span(cast.area_id(104, 9)),), cast.minute(60)
            )
            note_export("command", "doors", {"area": area}, 1, False, cast.minute(60), area)
            Draft.objects.create(name=NEW_ROUNDS[area], area=area, by="x", made_at=cast.DAWN)
            Upload.objects.create(
                kind="persons", folder="0" * 32, file_name=f"{NEW_ROUNDS[area]}.csv", size=1, area=area,
                ranges=[[*span(area)]], by="x", made_at=cast.DAWN,
            )  # fmt: skip
        doubt(GUI, cast.NO_1, cast.NO_1, "梅子", "13800000001")
        doubt(GUI, cast.NO_1, street.NEXT_BUILDING, SECRET_NAME, SECRET_PHONE)
        doubt(street.STRANGER, street.NEXT_BUILDING, street.NEXT_BUILDING, SECRET_NAME, SECRET_PHONE)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO places_person_fact (person, attribute, value, valid_from, recorded_at)"
                " SELECT id, 1, name, %s, %s FROM places_person",
                [cast.DAWN, cast.DAWN],
            )


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
        Pen(cast.LABORATORY).write("tube.resulted", 69, campaign=cast.ROUND, results=results),
    )  # fmt: skip


def _move(sender: Pen, taker: Pen) -> None:
    """Hand a person of Plum Creek over to Bamboo Creek."""
    zhou = cast.PERSONS["zhou"].id
    offer = sender.offered(70, zhou, to=street.NEXT_BUILDING, area=cast.NO_1)
    street.post(offer, taker.accepted(80, zhou, offer=offer, area=street.NEXT_BUILDING))
