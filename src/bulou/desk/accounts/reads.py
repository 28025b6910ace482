"""Who a user is, and what the page of users shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from bulou.desk.abilities import ROLES, Role, roles_with
from bulou.desk.accounts.lockout import BY_BOTH, LASTS
from bulou.desk.accounts.rules import Held, Principal, may_give
from bulou.ledger import prepared
from bulou.ledger.areas import level, span
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements

SQL = statements(__package__, "accounts")
PAGE, CHANGES, OFFERED = 50, 50, 600
#: The last columns of a statement that tells a user's roles: role, areas, end, second step.
ROLE = 4


def rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def who(user: int, now: datetime) -> Principal:
    """Return a user's roles at a time, with one statement."""
    return _who(prepared.rows(SQL["who"], user=user, now=now))


def account(user: int, now: datetime) -> tuple[tuple[Any, ...], Principal] | None:
    """Return a user, by the columns of Django's own table, and his roles; None for one who does not exist."""
    found = prepared.rows(SQL["account"], user=user, now=now)
    return (found[0][:-ROLE], _who([row[-ROLE:] for row in found])) if found else None


def session(key: str, now: datetime) -> tuple[str, tuple[tuple[Any, ...], Principal] | None] | None:
    """Return what a session holds, still encoded, and its user as ``account`` does; None when it does not last."""
    found = prepared.rows(SQL["session"], key=key, now=now)
    if not found:
        return None
    user = found[0][1:-ROLE]
    return found[0][0], (user, _who([row[-ROLE:] for row in found])) if user[0] is not None else None


def administrators(areas: Iterable[int], now: datetime) -> list[str]:
    """Return up to three names of those who may give roles in these areas; without any, of the whole installation."""
    values = {
        "roles": [role.name for role in roles_with("users")],
        "ranges": multirange([span(area) for area in areas] or [span(0)]),
        "now": now,
    }
    return [name for (name,) in rows(SQL["administrators"], values)]


def role_named(name: str) -> Role:
    """Return a role; one that the table no longer has may do nothing."""
    return ROLES.get(name) or Role(name, name, name, 0, frozenset(), "")


@dataclass(frozen=True)
class Given:
    """One role of a user, with how it came and how it ended."""

    id: int
    name: str
    areas: tuple[int, ...]
    since: datetime
    until: datetime
    reason: str
    given_by: str
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str | None
    lasts: bool

    @property
    def role(self) -> Role:
        """Return the role by its name, also one that the table no longer has."""
        return role_named(self.name)


@dataclass(frozen=True)
class Account:
    """A user as an administrator sees him: ``given`` are the roles within the administrator's areas.

    ``beyond`` tells that another role of his lasts outside of them, so that the whole account is not the
    administrator's to renew.
    """

    id: int
    name: str
    is_active: bool
    last_seen: datetime | None
    second: bool
    locked: bool
    beyond: bool
    given: tuple[Given, ...]

    @property
    def lasting(self) -> list[Given]:
        """Return the roles that last."""
        return [one for one in self.given if one.lasts]


def users(giver: Principal, now: datetime, part: str = "", after: str = "", one: int | None = None) -> list[Account]:
    """Return the users whom an administrator sees, by name, one more than a page where there are more."""
    own = giver.areas("users")
    values = {
        "ranges": multirange(span(area) for area in own), "now": now, "part": part.strip(), "after": after, "one": one,
        "unbound": any(level(area) <= 1 for area in own), "limit": PAGE + 1, "tries": BY_BOTH, "recent": now - LASTS,
    }  # fmt: skip
    return [_account(row, now) for row in rows(SQL["users"], values)]


def all_users(giver: Principal, now: datetime, part: str = "") -> Iterator[Account]:
    """Yield all users whom an administrator sees, by name, a page's statement at a time."""
    after = ""
    while True:
        found = users(giver, now, part, after)
        yield from found[:PAGE]
        if len(found) <= PAGE:
            return
        after = found[PAGE - 1].name


def user(giver: Principal, number: int, now: datetime) -> Account | None:
    """Return one user, or None for one whom the administrator does not see."""
    found = users(giver, now, one=number)
    return found[0] if found else None


def changes(giver: Principal, name: str = "") -> list[tuple[datetime, str, str, str, str]]:
    """Return the latest changes as (when, by whom, whose, what, detail)."""
    ranges = multirange(span(area) for area in giver.areas("users"))
    return rows(SQL["changes"], {"ranges": ranges, "name": name, "limit": CHANGES})  # type: ignore[return-value]


def areas_offered(giver: Principal) -> list[tuple[int, str, str, int]]:
    """Return the nodes (id, name, English name, level) that an administrator may choose from, two levels deep."""
    own = giver.areas("users")
    ranges: Ranges = tuple(span(area) for area in own)
    deepest = min((level(area) for area in own), default=0) + 2
    found = rows(SQL["areas_offered"], {"ranges": multirange(ranges), "deepest": max(deepest, 3), "limit": OFFERED})
    return found  # type: ignore[return-value]


def is_his(account: Account, giver: Principal) -> bool:
    """Tell whether an administrator could have given all the roles that the user has now."""
    return not account.beyond and all(may_give(one.name, one.areas, giver) for one in account.lasting)


def _who(found: list[tuple[Any, ...]]) -> Principal:
    held = [(Held(role, tuple(areas)), until) for role, areas, until, _ in found if role is not None]
    return Principal(tuple(role for role, _ in held), found[0][-1], min((until for _, until in held), default=None))


def _account(row: tuple[Any, ...], now: datetime) -> Account:
    *own, grants = row
    if isinstance(grants, str):  # Django's cursors leave jsonb as text
        grants = json.loads(grants)
    return Account(*own, tuple(_given(one, now) for one in grants or ()))


def _given(said: list[Any], now: datetime) -> Given:
    number, role, areas, since, until, reason, by, ended, ended_by, why = said
    return Given(
        number, role, tuple(areas), _at(since), _at(until), reason, by, ended and _at(ended), ended_by, why,
        ended is None and _at(since) <= now < _at(until),
    )  # fmt: skip


def _at(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
