"""What command does with a round: open it over a scope, close it with a reason for everything still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from bulou.ledger import campaigns, journals
from bulou.ledger.areas import found_id, span
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places.undo_import import listed_again
from bulou.rounds.entries import SWAB
from bulou.rounds.scope.reads import keep, of_round, treated
from bulou.rounds.scope.rules import CLEARED, DEFERRED, OUT, POOL, Scope, recorded
from bulou.rounds.vocabulary import CLOSING_REASONS

SQL = statements(__package__, "scope")
DEFER_CHUNK = 5000
JOIN_CHUNK = 1000
#: Name of the journal in which newcomers are written down.
JOINING = "补录应检"
#: Name of the journal that sets aside the duties of people who may be on the list already.
DOUBTING = "疑似重复"
#: With this reason ends what people owe whom a list named that was taken back.
UNLISTED = "not_known_here"
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
    until: datetime | None = None, told: campaigns.Told = lambda step: None, scope: Scope | None = None,
    more: Mapping[str, str] | None = None,
) -> Opening:  # fmt: skip
    """Open a PCR round for everybody registered under ``area`` at ``at``, in one transaction.

    Everybody whose record is current owes a swab but whom the scope rule (``rounds.scope``) treats otherwise: out of
    scope, deferred for a day, or owed in a tube of her own; that is kept with the round, person by person. By the
    standard rule persons who stand as positive are out of scope (their clock runs elsewhere), and members of a pool
    whose individual retest is open are deferred, as in Shanghai's notice for the round of 6 April 2022.

    Parameters:
        until: when all are to be sampled by the plan; fixed with the rules, as is ``more``.
        told: see ``campaigns.freeze``.

    Raises:
        KeyError: the journal is not enrolled.
        django.db.IntegrityError: the campaign's number is taken.
    """
    lo, hi = span(area)
    scope = scope or Scope()
    rules = dict(more or {}) | recorded(scope) | ({"until": until.isoformat()} if until else {})
    round_ = campaigns.Campaign(campaign, kind, name, area, "swab", rules)
    with campaigns.opening() as cursor:
        found = treated(lo, hi, scope, at)
        out = [one.person for one in found if one.treatment == OUT]
        cursor.execute(SQL["owe"], {"lo": lo, "hi": hi, "out": out})
        owed = campaigns.freeze(cursor, round_, journal, at, received_at, told)
        keep(campaign, found, at)
        pending = {
            cause: [one.person for one in found if one.treatment == DEFERRED and one.cause == cause]
            for cause in (POOL, CLEARED)
        }
        words = [word for people in pending.values() for word in _deferred(campaign, people, at, area)]
        if words:
            journals.append(journal, words, received_at)
    campaigns.write_out(owed)
    return Opening(campaign, owed, sum(map(len, pending.values())), len(out))


def _deferred(
    campaign: int, people: list[int], at: datetime, area: int
) -> list[tuple[str, datetime, int, dict[str, Any]]]:
    """Return the entries that defer the swabs of people for a day, as the scope rule says."""
    return [
        ("duty.deferred", at, area, {
            "campaign": campaign, "duty": "swab", "subjects": people[i : i + DEFER_CHUNK],
            "reason": "pool_pending", "until": (at + timedelta(days=1)).isoformat(),
        })
        for i in range(0, len(people), DEFER_CHUNK)
    ]  # fmt: skip


def join_newcomers(at: datetime, received_at: datetime) -> dict[int, Joined]:
    """Have everybody who came to the register or moved while a round is open owe its swab, as added; by round.

    Run after each change of the register: an import, a registered child, a move that was accepted; and after an
    opening, beside which an import may have gone on. Run again it finds nobody. Whom the scope rule
    leaves out is counted, and asked again the next time; whom it defers, or wants in a tube of her own, is treated so.

    Raises:
        RuntimeError: the ledger refused an entry of its own house; nobody has joined then.
    """
    found: dict[int, Joined] = {}
    with scoped(EVERYWHERE), transaction.atomic(), connection.cursor() as cursor:
        _list_again(cursor, at, received_at)
        cursor.execute(SQL["open_rounds"])
        for campaign, area, opened, since in cursor.fetchall():
            lo, hi = span(area)
            where = {"campaign": campaign, "lo": lo, "hi": hi, "swab": SWAB}
            apart = {one.person: one for one in treated(lo, hi, of_round(campaign)[0], at)}
            out = [person for person, one in apart.items() if one.treatment == OUT]
            values = where | {"opened": opened, "since": since, "out": out}
            cursor.execute(SQL["newcomers"], values)
            rows = cursor.fetchall()
            keep(campaign, [apart[person] for _home, person, _out in rows if person in apart], at)
            homes: dict[int, list[int]] = {}
            for home, person, out_of_scope in rows:
                if not out_of_scope:
                    homes.setdefault(home, []).append(person)
            words = [
                ("round.joined", at, home, {"campaign": campaign, "persons": people[i : i + JOIN_CHUNK]})
                for home, people in homes.items()
                for i in range(0, len(people), JOIN_CHUNK)
            ]
            pending: dict[int, list[int]] = {}
            for home, person, _out in rows:
                if person in apart and apart[person].treatment == DEFERRED:
                    pending.setdefault(home, []).append(person)
            words += [word for home, people in pending.items() for word in _deferred(campaign, people, at, home)]
            if words:
                receipts = journals.append(journals.of_house(JOINING), words, received_at)
                if any(receipt.status != "kept" for receipt in receipts):
                    raise RuntimeError(f"round {campaign}: the ledger did not take who joined it")
            found[campaign] = Joined(sum(map(len, homes.values())), sum(row[2] for row in rows))
    return found


def _list_again(cursor: Any, at: datetime, received_at: datetime) -> None:
    """Bring back who was off the lists (``places.undo_import``) and is named by one since; what ended is open again."""
    back = listed_again(at)
    if not back:
        return
    cursor.execute(SQL["ended_unlisted"], {"persons": [person for _area, person in back], "reason": UNLISTED})
    words = [
        ("person.listed", at, area, {"persons": [person], "reason": "named by a list again"}) for area, person in back
    ] + [
        ("duty.reopened", at, area, {
            "campaign": campaign, "duty": REGISTRY.by_code[kind].name, "subjects": [subject], "occasion": occasion,
            "reason": "named by a list again",
        })
        for campaign, kind, occasion, area, subject in cursor.fetchall()
    ]  # fmt: skip
    receipts = journals.append(journals.of_house(JOINING), words, received_at)
    if any(receipt.status != "kept" for receipt in receipts):
        raise RuntimeError("the ledger did not take who is on a list again")


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


def excuse_unlisted(persons: Iterable[int], evidence: str, at: datetime) -> list[tuple[str, datetime, int, Mapping]]:
    """Return the entries by which people owe nothing more whom a list named that was taken back."""
    kinds = [k.code for k in REGISTRY.duties.values() if any(one.name == UNLISTED for one in k.reasons)]
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(SQL["owed_by"], {"persons": [*persons], "kinds": kinds})
        found = cursor.fetchall()
    return [
        ("duty.excused", at, area, {
            "campaign": campaign, "duty": REGISTRY.by_code[kind].name, "subjects": [subject], "occasion": occasion,
            "reason": UNLISTED, "evidence": evidence,
        })
        for campaign, kind, occasion, area, subject in found
    ]  # fmt: skip


def check_can_close(campaign: int, reasons: Mapping[str, int]) -> dict[str, int]:
    """Return what is open, by kind of duty.

    Raises:
        CannotClose: a reason is not typed, or the reasons do not cover exactly what is open.
    """
    still: dict[str, int] = {}
    for (duty, _), n in campaigns.open_duties(campaign).items():
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
        journals.append(journal, [(campaigns.CLOSED, at, area, body)], received_at)
        campaigns.close_campaign(campaign, at)
