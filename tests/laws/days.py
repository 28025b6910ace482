"""Days on which much goes wrong, as lists of entries: what a fault of the intake must show in."""

from __future__ import annotations

from bulou.ledger.effects import Entry
from tests import cast
from tests.builders import Pen, rivals
from tests.laws.test_transit import a_morning


def a_troubled_day() -> list:
    """Return the morning of the transit tests, and what can go wrong with it."""
    told = [entry for batch in a_morning() for entry in batch]
    ayi, desk, lab = Pen(cast.AYI, next=20), Pen(cast.DESK, next=20), Pen(cast.LABORATORY, next=20)
    li, mei, ding = (cast.PERSONS[name].id for name in ("li", "mei", "ding"))
    t3, b2 = cast.TUBES["T3"], cast.BOXES["B2"]
    offer = ayi.offered(40, mei, to=cast.NO_2)
    lab_again = Pen(cast.LABORATORY)
    return [
        *told,
        *rivals(lab.resulted(95, T3="positive"), lab_again.resulted(96, T3="negative")),
        *rivals(desk.closed(400), Pen(cast.DESK).called(3, mei)),
        ayi.sealed(45, t3, mei, ding), ayi.boxed(46, b2, t3), desk.voided(47, cast.AYI, ayi.next - 1),
        offer, desk.accepted(41, mei, offer=offer, area=cast.BRIDGE),
        lab.resulted(100, T1="negative"),
        desk.standing(210, li, "infection", "positive"),
        desk.excused(50, mei), desk.reopened(55, mei),
    ]  # fmt: skip


def a_plain_day() -> list:
    """Return what happens at every table: calls, tubes, a box, results; a second swab, a word, a void, a correction."""
    ayi, lao, van, lab = (
        Pen(cast.AYI, next=40),
        Pen(cast.LAO, next=40),
        Pen(cast.COURIER, next=40),
        Pen(cast.LABORATORY, next=40),
    )
    names = ("sun", "qian", "feng", "zhou", "hua", "he")
    sun, qian, feng, zhou, hua, he = (cast.PERSONS[name].id for name in names)
    t4, t5, t6 = cast.TUBES["T4"], cast.TUBES["T5"], cast.TUBES["T6"]
    b3, b4 = cast.BOXES["B3"], cast.BOXES["B4"]
    slip, wrong = lao.called(3, hua), lao.boxed(16, b4, t6)
    return [
        *(ayi.found(0, person) for person in (sun, qian, feng, zhou, hua)),
        ayi.called(1, sun, qian, he), lao.called(2, sun, he), ayi.refused(4, zhou),
        ayi.sealed(5, t4, sun, qian, zhou), lao.sealed(6, t5, feng), lao.sealed(7, t6, sun),
        slip, wrong, lao.voided(4, cast.LAO, slip.number), lao.voided(17, cast.LAO, wrong.number),
        ayi.boxed(20, b3, t4), lao.boxed(21, b4, t5), van.handed(30, b4, giver=cast.LAO), lab.box_received(60, b3),
        lab.resulted(90, T4="negative", T5="positive"), lab.resulted(95, T5="negative"),
    ]  # fmt: skip


def a_contested_day() -> list:
    """Return what those next door say of people, tubes and devices here, with and without having had them in hand."""
    ayi, lao, desk, lab, command = (
        Pen(j, next=60) for j in (cast.AYI, cast.LAO, cast.DESK, cast.LABORATORY, cast.COMMAND)
    )
    qiao, clerk, clinic = (Pen(j, cast.BRIDGE, next=60) for j in (cast.QIAO, cast.CLERK, cast.CLINIC))
    names = "lin an martin tang yue gang ping yun bao zhao zheng he rong xiaoli"
    lin, an, martin, tang, yue, gang, ping, yun, bao, zhao, zheng, he, rong, xiaoli = (
        cast.PERSONS[name].id for name in names.split()
    )
    t2, t4, t5, t7, t8, t9 = (cast.TUBES[f"T{n}"] for n in (2, 4, 5, 7, 8, 9))
    b1, b5 = cast.BOXES["B1"], cast.BOXES["B5"]
    offer, old, foreign, early = (
        ayi.offered(20, tang, to=cast.BRIDGE), lao.offered(9, martin, to=cast.BRIDGE),
        clerk.offered(9, yue, to=cast.BRIDGE), lao.offered(44, ping, to=cast.BRIDGE),
    )  # fmt: skip
    handed = ayi.offered(7, he, to=cast.BRIDGE)
    newer = lao.offered(10, martin, to=cast.NO_2)
    one, other = lab.resulted(80, T7="positive"), clinic.resulted(85, T7="negative")
    again, body = Pen(cast.LABORATORY, next=90), {"kind": "pcr", "name": "r", "count": 0, "checksum": 0, "rules": {}}
    decided = {"tube": t8, "value": "negative", "corrects": [{"journal": cast.LABORATORY, "number": 91}]}
    opened = Entry(cast.COMMAND, 59, "round.opened", cast.minute(0), cast.STREET, {"campaign": 9, **body})
    broken = {"duty": "tube", "subjects": [t9], "reason": "destroyed", "evidence": "seen", "campaign": cast.ROUND}
    same = {"campaign": cast.ROUND, "duty": "swab", "reason": "same_person", "evidence": "one card"}
    level = {"subject_kind": 6, "subject": cast.AYI, "name": "now.silent.0.1", "value": "closed", "reason": "x"}
    return [
        *(ayi.found(0, person) for person in (lin, an, martin, tang, yue, gang, ping)),
        qiao.found(-5, lin), qiao.excused(8, lin), qiao.called(9, an), qiao.standing(9, an, "symptoms", "yes"),
        clerk.write("standing.set", 9, **level),
        offer, qiao.accepted(21, tang, offer=offer, area=cast.BRIDGE), qiao.refused(30, tang), ayi.called(25, tang),
        ayi.called(15, tang), ayi.excused(10, gang),
        old, newer, lao.accepted(11, martin, offer=newer, area=cast.NO_2),
        qiao.accepted(12, martin, offer=old, area=cast.BRIDGE),
        foreign, clerk.accepted(10, yue, offer=foreign, area=cast.BRIDGE),
        early, qiao.accepted(40, ping, offer=early, area=cast.BRIDGE), qiao.refused(42, ping), ayi.deferred(46, ping,
            until=cast.minute(300)),
        ayi.sealed(50, t7, lin), ayi.sealed(51, t8, an), ayi.sealed(52, t9, gang), ayi.boxed(53, b5, t7),
        clinic.box_received(60, b5, tubes_counted=3), lab.box_received(59, b5, tubes_counted=1), one, other,
        clinic.resulted(86, T8="negative"), again.resulted(90, T8="positive"), again.resulted(70, T8="invalid"),
        desk.write("tube.resulted", 99, campaign=cast.ROUND, results=[decided]),
        lao.write("duty.excused", 60, **broken),
        lao.found(0, yun), lao.found(0, bao),
        desk.write("duty.excused", 70, subjects=[yun], same_as=bao, **same),
        desk.write("duty.excused", 71, subjects=[bao], same_as=yun, **same),
        desk.write("duty.excused", 72, subjects=[gang], same_as=999, **same),
        opened, command.voided(5, cast.COMMAND, 59), clerk.voided(9, cast.AYI, 60),
        # Called from elsewhere, and before it was taken over; a tube of elsewhere whose box or whose self was
        # received late.
        ayi.found(0, zhao), ayi.found(0, zheng), ayi.found(0, he), qiao.called(9, zhao, zheng),
        handed, qiao.accepted(8, he, offer=handed, area=cast.BRIDGE), qiao.called(5, he),
        ayi.sealed(50, t2, zhao), ayi.boxed(53, b1, t2), ayi.handed(54, b1),
        qiao.write("duty.excused", 60, **broken | {"subjects": [t2]}), qiao.handed(61, b1, giver=cast.AYI),
        ayi.sealed(50, t4, xiaoli, mode="single"), clinic.resulted(88, T4="negative"), clinic.tube_received(70, t4),
        desk.write("duty.excused", 72, subjects=[xiaoli], same_as=rong, **same), lao.found(0, xiaoli), lao.found(0,
        rong),
        ayi.sealed(50, t5, gang), lab.resulted(80, T5="positive"), clinic.tube_received(60, t5),
        clinic.resulted(70, T5="negative"),
        *rivals(lao.moved(5, cast.KITS, 3, (12, 0), (7, cast.DEPOT)), Pen(cast.LAO, next=lao.next - 1).called(3, lin)),
    ]  # fmt: skip
