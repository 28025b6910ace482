"""Enrolment of devices: the desk offers a token, a device turns it into a journal and a key, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from django.db import ProgrammingError, connections, transaction

from bulou.field.problems import Problem
from bulou.ledger import columns, journals
from bulou.ledger.scope import EVERYWHERE, Ranges, multirange, scoped
from bulou.ledger.statements import statements

SQL = statements(__package__, "field")
KINDS = ("phone", "courier", "laboratory")
#: A token that nobody used ends after this time: a photo of yesterday's code enrols nobody.
USABLE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a device is told once: its journal, its bearer key, and when the key ends."""

    journal: int
    key: str
    expires_at: datetime


def offer_enrolment(
    name: str, kind: str, ranges: Ranges, valid_until: datetime, by: str, offered_at: datetime, using: str = "default"
) -> str:
    """Offer to enrol one device; return the one-time token, which is shown here and nowhere again.

    Run it inside ``scoped``: the database refuses ranges beyond what the caller may see.

    Parameters:
        name: what people call the device, such as "梅溪新村 1 号楼 门口".
        kind: phone, courier or laboratory.
        ranges: inclusive ranges of area ids that the device may speak of.
        valid_until: when the device's key ends.
        by: the desk user's name.

    Raises:
        ValueError: no name, no such kind, no range, or an end that is over already.
        PermissionError: a range outside the caller's scope.
    """
    if not name.strip() or kind not in KINDS or not ranges or valid_until <= offered_at:
        raise ValueError("an enrolment needs a name, a kind of device, an area and an end to come")
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": journals.hashed(token),
        "name": name.strip(),
        "kind": kind,
        "ranges": multirange(ranges),
        "valid_until": valid_until,
        "by": by,
        "offered_at": offered_at,
        "usable_until": min(valid_until, offered_at + USABLE),
    }
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(SQL["offer_enrolment"], values)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":
            raise
        raise PermissionError("a device may be given no more than one's own areas") from None
    return token


def enrol(token: str, at: datetime, using: str = "default") -> Enrolled:
    """Use a token; the second of two uses at the same moment finds it used. Who has a token has no scope yet.

    A device that never heard the answer asks the desk for a new token; the journal nobody writes stays empty.

    Raises:
        Problem: 410, unknown, used or out of time.
    """
    values = {"token_hash": journals.hashed(token), "at": at}
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["enrolment_offered"], values)
        row = cursor.fetchone()
        if row is None:
            raise Problem(410, "token")
        name, kind, ranges, valid_until = row
        journal, key = journals.enrol(name, kind, columns.parse_ranges(ranges), at, valid_until, using)
        cursor.execute(SQL["use_enrolment"], values | {"journal": journal})
        if cursor.rowcount != 1:
            raise Problem(410, "token")
    return Enrolled(journal, key, valid_until)


def enrolment_url(token: str, origin: str) -> str:
    """Return the address behind the code that a phone scans. The token is in the fragment, which no log sees."""
    return f"{origin.rstrip('/')}/field/app/#enrol={token}"


def enrolment_code(token: str, origin: str) -> str:
    """Return the QR code of an enrolment as inline SVG."""
    return segno.make(enrolment_url(token, origin), error="m").svg_inline(scale=5, border=2)
