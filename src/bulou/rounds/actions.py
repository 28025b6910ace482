"""What command does with a round: open it over a scope, close it with a reason for everything still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from bulou.ledger import journals, openings
from bulou.ledger.areas import found_id, span
from bulou.ledger.lines import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.rounds.rules import SWAB
from bulou.rounds.vocabulary import CLOSING_REASONS

SQL = statements(__package__, "scope")
DEFER_CHUNK = 5000
JOIN_CHUNK = 1000
#: Name of the journal in which newcomers are written down.
JOINING = "补录应检"
#: Name of the journal that sets aside the duties of people who may be on the list already.
DOUBTING = "疑似重复"
#: Somebody is to have decided by then; the deferral is over, and who is open is asked for again.
DECIDED_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A round as opened, in persons: owed, of them deferred from the start, and left out by the scope rule."""

    campaign: int
    owed: int
    deferred: int
    out_of_scope: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Newcomers to a round, in persons: added to it, and left out by its scope rule."""

    added: int
    out_of_scope: int


class CannotClose(Exception):
    """Duties are open without a typed reason; ``open`` says how many, by kind of duty."""

    def __init__(self, open_: Mapping[str, int], given: Mapping[str, int]):
        self.open, self.given = dict(open_), dict(given)
        super().__init__(f"open {dict(open_)}, with reasons for {dict(given)}: every open duty needs a typed reason")


def open_round(
    campaign: int, name: str, area: int, journal: int, at: datetime, received_at: datetime, kind: str = "pcr",
    until: datetime | None = None, told: openings.Told = lambda step: None,
) -> Opening:  # fmt: skip
    """Open a PCR round for everybody registered under ``area`` at ``at``, in one transaction.

    The scope rule "residents-1": everybody whose record is current owes a swab; persons who stand as positive and await
    transfer are out of scope (their clock runs elsewhere); members of a pool whose individual retest is open owe one,
    deferred for a day, as in Shanghai's notice for the round of 6 April 2022. ``until``: when all are to be sampled by
    the plan; it is fixed with the rules. ``told``: see ``openings.freeze``.

    Raises:
        KeyError: the journal is not enrolled.
        django.db.IntegrityError: the campaign's number is taken.
    """
    lo, hi = span(area)
    values = {"lo": lo, "hi": hi, "at": at}
    rules = {"scope": "residents-1"} | ({"until": until.isoformat()} if until else {})
    round_ = openings.Campaign(campaign, kind, name, area, "swab", rules)
    with openings.opening() as cursor:
        cursor.execute(SQL["owe"], values)
        cursor.execute(SQL["out_of_scope"], values)
        out_of_scope = cursor.fetchone()[0]
        owed = openings.freeze(cursor, round_, journal, at, received_at, told)
        cursor.execute(SQL["open_pool"], {"campaign": campaign})
        pending = [row[0] for row in cursor.fetchall()]
        words = [
            ("duty.deferred", at, area, {
                "campaign": campaign, "duty": "swab", "subjects": pending[i : i + DEFER_CHUNK],
                "reason": "pool_pending", "until": (at + timedelta(days=1)).isoformat(),
            })
            for i in range(0, len(pending), DEFER_CHUNK)
        ]  # fmt: skip
        if words:
            journals.append(journal, words, received_at)
    openings.write_out(owed)
    return Opening(campaign, owed, len(pending), out_of_scope)


def join_newcomers(at: datetime, received_at: datetime) -> dict[int, Joined]:
    """Have everybody who came to the register or moved while a round is open owe its swab, as added; by round.

    Run after each change of the register: an import, a registered child, a move that was accepted. Run again it finds
    nobody. Whom the scope rule leaves out is counted, and asked again the next time.

    Raises:
        RuntimeError: the ledger refused an entry of its own house; nobody has joined then.
    """
    found: dict[int, Joined] = {}
    with scoped(EVERYWHERE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL["open_rounds"])
        for campaign, area, since in cursor.fetchall():
            lo, hi = span(area)
            values = {"campaign": campaign, "lo": lo, "hi": hi, "since": since, "at": at, "swab": SWAB}
            cursor.execute(SQL["newcomers"], values)
            rows = cursor.fetchall()
            homes: dict[int, list[int]] = {}
            for home, person, out_of_scope in rows:
                if not out_of_scope:
                    homes.setdefault(home, []).append(person)
            words = [
                ("round.joined", at, home, {"campaign": campaign, "persons": people[i : i + JOIN_CHUNK]})
                for home, people in homes.items()
                for i in range(0, len(people), JOIN_CHUNK)
            ]
            if words:
                receipts = journals.append(journals.of_house(JOINING), words, received_at)
                if any(receipt.status != "kept" for receipt in receipts):
                    raise RuntimeError(f"round {campaign}: the ledger did not take who joined it")
            found[campaign] = Joined(sum(map(len, homes.values())), sum(row[2] for row in rows))
    return found


def set_aside(found: Iterable[Entry], received_at: datetime) -> None:
    """Defer the swabs of people found who may be on the list already, until somebody has decided.

    In the transaction that takes their ``person.found`` entries in. The word is dated just before the find: whatever
    the same phone reports of the person afterwards comes later, and a swab ends the deferral.
    """
    words = [
        ("duty.deferred", entry.at - timedelta(microseconds=1), entry.area, {
            "campaign": entry.body["campaign"], "duty": "swab", "subjects": [found_id(entry.journal, entry.number)],
            "reason": "maybe_listed", "until": (entry.at + DECIDED_WITHIN).isoformat(),
        })
        for entry in found
    ]  # fmt: skip
    if words:
        journals.append(journals.of_house(DOUBTING), words, received_at)


def check_can_close(campaign: int, reasons: Mapping[str, int]) -> dict[str, int]:
    """Return what is open, by kind of duty.

    Raises:
        CannotClose: a reason is not typed, or the reasons do not cover exactly what is open.
    """
    still: dict[str, int] = {}
    for (duty, _), n in openings.open_duties(campaign).items():
        still[duty] = still.get(duty, 0) + n
    if set(reasons) - set(CLOSING_REASONS) or sum(reasons.values()) != sum(still.values()):
        raise CannotClose(still, reasons)
    return still


def close_round(
    campaign: int, area: int, journal: int, at: datetime, received_at: datetime, reasons: Mapping[str, int]
) -> None:
    """Close a round. What is open stays open in the record, with the typed reason ``{reason: number of duties}``.

    Raises:
        CannotClose: as ``check_can_close``.
    """
    with scoped(EVERYWHERE), transaction.atomic():
        check_can_close(campaign, reasons)
        body = {"campaign": campaign, "open": [{"reason": r, "n": n} for r, n in sorted(reasons.items()) if n]}
        journals.append(journal, [(openings.CLOSED, at, area, body)], received_at)
        openings.close_campaign(campaign, at)
