"""Brings what devices sent into the ledger, in threads of the door: retried, halved around a culprit, never half told.

A batch mixes devices. A deadlock is tried again. An entry that the database cannot take is found by halving and kept
as refused 199, so that it blocks nobody. Without a database nothing is acknowledged.
"""

from __future__ import annotations

import hashlib
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection

from bulou.field.decode import Jumped, Stray
from bulou.field.problems import Problem
from bulou.ledger import intake, journals
from bulou.ledger.areas import found_id
from bulou.ledger.intake import Receipt, Report
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import EVERYWHERE, pipelined
from bulou.ledger.statements import statements
from bulou.places import actions
from bulou.rounds.actions import set_aside

log = logging.getLogger(__name__)
SQL = statements(__package__, "field")
ATTEMPTS = 6
#: SQLSTATE of a deadlock and of a serialization failure: the same batch may pass a moment later.
PASSING = {"40P01", "40001"}
#: Classes of SQLSTATE that tell of the data of one entry: data, integrity, raised by a function, limits.
OF_THE_DATA = ("22", "23", "P0", "54")

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Sent:
    """What one request of a device brought, and the street (or larger area) that the device works for.

    ``weight``: how much it asks of the ledger (``decode.weight``).
    """

    journal: int
    items: Sequence[Report | Stray]
    street: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device is told: a receipt for each of its entries in their order, and which numbers are held."""

    incarnation: str
    upto: int
    missing: list[tuple[int, int]]
    receipts: list[Receipt]


def settle(sent: Sequence[Sent], received_at: datetime) -> list[Answer]:
    """Post the requests of several devices; return an answer for each.

    Raises:
        Problem: 503, the database cannot be reached or cannot work; nothing may be acknowledged.
    """
    try:
        return _reached(lambda: _settle(sent, received_at))
    except Problem:
        raise
    except Exception as error:
        log.error("a batch could not be settled: %s", _name(error))
        connection.close()
        raise Problem(503) from None


def _reached(work: Callable[[], Outcome]) -> Outcome:
    """Run ``work``, whose connection is kept for long; if it was lost meanwhile, once more on a new one.

    To ask each time whether the server is still there would cost a small batch a tenth of its time. What is posted
    twice counts once.

    Raises:
        Problem: 503, the database cannot be reached.
    """
    for again in (True, False):
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            log.error("the ledger cannot be reached: %s", _name(error))
            connection.close()
            if not again:
                break
    raise Problem(503)


def _settle(sent: Sequence[Sent], received_at: datetime) -> list[Answer]:
    reports = [item for one in sent for item in one.items if isinstance(item, Report)]

    def together() -> list[Answer]:
        return _answers(sent, _taken(reports, received_at), received_at)

    try:
        return _retried(together)
    except Problem:
        raise
    except Exception as error:
        if not _of_an_entry(error):
            raise
    receipts = _post(reports, received_at)
    return _retried(lambda: _answers(sent, receipts, received_at))


def _answers(sent: Sequence[Sent], receipts: Sequence[Receipt], received_at: datetime) -> list[Answer]:
    """Return what each device is told; keep what came without a number."""
    _keep_strays([item for one in sent for item in one.items if isinstance(item, Stray)], received_at)
    name, standing = journals.told(sorted({one.journal for one in sent}))
    next_of = iter(receipts)
    return [
        Answer(
            name,
            *standing[one.journal],
            [next(next_of) if isinstance(item, Report) else _stray_receipt(item) for item in one.items],
        )
        for one in sent
    ]


def _taken(reports: Sequence[Report], received_at: datetime) -> list[Receipt]:
    if not reports:
        return []
    receipts = intake.post(reports, received_at)
    _register_found(reports, receipts, received_at)
    _keep_jumps(reports, received_at)
    return receipts


def _post(reports: Sequence[Report], received_at: datetime) -> list[Receipt]:
    """Post reports, halving them as long as the database refuses one of them."""
    try:
        return _retried(lambda: _taken(reports, received_at))
    except Problem:
        raise
    except Exception as error:
        if not _of_an_entry(error):
            raise
        if len(reports) == 1:
            report = reports[0]
            log.error("entry %s/%s refused by the database: %s", report.journal, report.number, _name(error))
            refused = Report(report.journal, report.number, None, report.raw, Refused(199))
            return _retried(lambda: _taken([refused], received_at))
    half = len(reports) // 2
    return _post(reports[:half], received_at) + _post(reports[half:], received_at)


def _of_an_entry(error: Exception) -> bool:
    """Tell whether an error may lie in one entry: what the rules did not foresee, or what the database cannot hold."""
    return not isinstance(error, Error) or _state(error).startswith(OF_THE_DATA)


def _retried(work: Callable[[], Outcome]) -> Outcome:
    """Run ``work`` in one transaction that sees everything, again while another batch is in its way."""
    for attempt in range(ATTEMPTS):
        try:
            with pipelined(EVERYWHERE):
                done = work()
            return done
        except Error as error:
            if _state(error) not in PASSING:
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
    raise Problem(503)


def _register_found(reports: Sequence[Report], receipts: Sequence[Receipt], received_at: datetime) -> None:
    """Put people who were found into the registry, in the transaction that owes them their duty.

    Whose name is on the list of that door is a doubt: the duty waits, by the house's own word, until somebody decides.

    Only under the id that their own entry gives them: an id of the registry that a device names is owed its duty, and
    never makes a row that the registry's own numbers would meet later.
    """
    found = []
    for report, receipt in zip(reports, receipts, strict=True):
        entry = report.entry
        if not receipt.counts or entry is None or entry.kind != "person.found":
            continue
        if entry.body.get("person") in (None, found_id(entry.journal, entry.number)):
            found.append(entry)
    if found:
        set_aside(actions.register_found(found, received_at).doubtful, received_at)


def _keep_jumps(reports: Sequence[Report], received_at: datetime) -> None:
    """Keep of which entries the phone's clock had jumped, so that the desk can look at their times."""
    rows = {(one.journal, one.number): one.jump_ms for one in reports if isinstance(one, Jumped)}
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            SQL["keep_jumps"],
            {
                "journal": [key[0] for key in rows],
                "number": [key[1] for key in rows],
                "jump_ms": [*rows.values()],
                "received_at": received_at,
            },
        )


def _keep_strays(strays: Sequence[Stray], received_at: datetime) -> None:
    if not strays:
        return
    rows = {(s.journal, hashlib.sha256(s.raw).digest()[:16]): s for s in strays}
    with connection.cursor() as cursor:
        cursor.execute(
            SQL["keep_strays"],
            {
                "journal": [key[0] for key in rows],
                "digest": [key[1] for key in rows],
                "raw": [s.raw for s in rows.values()],
                "refusal": [s.refusal.code for s in rows.values()],
                "received_at": received_at,
            },
        )


def _stray_receipt(stray: Stray) -> Receipt:
    return Receipt(stray.journal, 0, "refused", stray.refusal.code, stray.refusal.field)


def _state(error: BaseException) -> str:
    """Return the SQLSTATE of a database error, or an empty string (a lost connection has none)."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def _name(error: BaseException) -> str:
    """Name an error without its message, which may hold a person's data."""
    return f"{type(error).__name__} {_state(error)}".strip()


def ledger_state() -> str:
    """Return the ledger's name, when the database answers.

    Raises:
        django.db.Error: it does not.
    """
    close_old_connections()
    try:
        return journals.incarnation()
    except Error:
        connection.close()
        raise


def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    """Run a read or a small action with a connection of this thread; a lost connection is Problem 503."""
    close_old_connections()
    try:
        return work(*args)
    except (OperationalError, InterfaceError) as error:
        log.error("the ledger cannot be reached: %s", _name(error))
        connection.close()
        raise Problem(503) from None
