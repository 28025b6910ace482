"""Enrolment of devices: the desk offers a token, a device turns it into a journal and a key.

A token of one device works once. The shift card of the day's volunteers admits several, each with a journal of its own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from django.db import ProgrammingError, connections, transaction

from bulou.field.problems import Problem
from bulou.field.roles import KINDS, role_of
from bulou.ledger import journals, sql_arrays
from bulou.ledger.scope import EVERYWHERE, Ranges, multirange, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Subject

SQL = statements(__package__, "field")
#: A token of one device that nobody used ends after this time: a photo of yesterday's code enrols nobody.
USABLE = timedelta(hours=24)
#: The most devices that a shift card admits.
MOST = 200


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a device is told once: its journal, its bearer key, when the key ends, its role and its name."""

    journal: int
    key: str
    expires_at: datetime
    role: str
    name: str


def offer_enrolment(
    name: str, kind: str, ranges: Ranges, valid_until: datetime, by: str, offered_at: datetime, using: str = "default",
    role: str = "", admits: int = 1, unit: int = 0,
) -> str:  # fmt: skip
    """Offer to enrol a device; return the token, which is shown here and nowhere again.

    Run it inside ``scoped``: the database refuses ranges beyond what the caller may see.

    Parameters:
        name: what people call the device, such as "梅溪新村 1 号楼 门口"; of a shift card, what its devices have in
            common.
        kind: phone, courier or laboratory.
        ranges: inclusive ranges of area ids that the device may speak of.
        valid_until: when the device's key ends.
        by: the desk user's name.
        role: of a phone, a row of ``roles.ROLES``; the first when none is named.
        unit: number of the unit that its devices work for, such as a vehicle: what is given to the unit reaches them;
            0 for none.
        admits: how many devices may use it; more than one make it a shift card, which can be used until its end.

    Raises:
        ValueError: no name, no such kind or role, no range, an end that is over already, or too many devices.
        PermissionError: a range outside the caller's scope.
    """
    if not name.strip() or kind not in KINDS or not ranges or valid_until <= offered_at or not 1 <= admits <= MOST:
        raise ValueError("an enrolment needs a name, a kind of device, an area and an end to come")
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": journals.hashed(token),
        "name": name.strip(),
        "kind": kind,
        "role": role_of(kind, role),
        "ranges": multirange(ranges),
        "valid_until": valid_until,
        "by": by,
        "offered_at": offered_at,
        "usable_until": valid_until if admits > 1 else min(valid_until, offered_at + USABLE),
        "admits": admits,
    }
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(SQL["offer_enrolment"], values)
            if unit:
                cursor.execute(SQL["offer_unit"], values | {"unit": unit})
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":
            raise
        raise PermissionError("a device may be given no more than one's own areas") from None
    return token


def enrol(token: str, at: datetime, own_name: str = "", using: str = "default") -> Enrolled:
    """Use a token; of uses at the same moment no more succeed than it admits. Who has a token has no scope yet.

    A device that never heard the answer asks the desk for a new token; the journal nobody writes stays empty.

    Parameters:
        own_name: what somebody with a shift card calls herself; it stands behind the card's name, else a number.

    Raises:
        Problem: 410, unknown, used up, withdrawn or out of time.
    """
    values = {"token_hash": journals.hashed(token), "at": at}
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["use_enrolment"], values)
        row = cursor.fetchone()
        if row is None:
            raise Problem(410, "token")
        name, kind, role, ranges, valid_until, admits, used = row
        if admits > 1:
            own = "".join(c for c in own_name if c.isprintable()).strip()
            name = f"{name} · {own or used}"
        cursor.execute(SQL["unit_of"], values)
        found = cursor.fetchone()
        unit = (int(Subject.UNIT), int(found[0])) if found else None
        journal, key = journals.enrol(name, kind, sql_arrays.parse_ranges(ranges), at, valid_until, using, unit=unit)
        cursor.execute(SQL["keep_device"], values | {"journal": journal, "role": role})
    return Enrolled(journal, key, valid_until, role, name)


def enrolment_url(token: str, origin: str) -> str:
    """Return the address behind the code that a phone scans. The token is in the fragment, which no log sees."""
    return f"{origin.rstrip('/')}/field/app/#enrol={token}"


def enrolment_code(token: str, origin: str) -> str:
    """Return the QR code of an enrolment as inline SVG."""
    return segno.make(enrolment_url(token, origin), error="m").svg_inline(scale=5, border=2)
