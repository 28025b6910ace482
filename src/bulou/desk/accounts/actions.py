"""What is done to accounts: roles given and ended, passwords renewed, lock-outs lifted. Each change is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from bulou.desk.abilities import ROLES
from bulou.desk.accounts import lockout, sessions, totp
from bulou.desk.accounts.reads import SQL, Account, Given, is_his
from bulou.desk.accounts.rules import Principal, is_end, may_give
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import EVERYWHERE, multirange, scoped

ROOT = multirange([span(0)])


class Refusal(ValueError):
    """An act that cannot be done; its text is the sentence that the page shows."""


def check_give(
    giver: Principal, role: str, areas: list[int], until: datetime | None, reason: str, now: datetime
) -> None:
    """Tell whether an administrator may give a role so.

    Raises:
        Refusal: in the reader's language, why not.
    """
    if role not in ROLES:
        raise Refusal(_("请选择角色。"))
    if not areas or not all(area == 0 or is_area(area) for area in areas):
        raise Refusal(_("请选择区域。"))
    if until is None or not is_end(until, now):
        raise Refusal(_("请填写一年以内的截止日期。"))
    if not reason.strip():
        raise Refusal(_("请填写授权原因。"))
    if not may_give(role, areas, giver):
        raise Refusal(_("该角色或区域超出您的管理范围。"))
    if unknown(areas):
        raise Refusal(_("区域目录中没有这个区域，请核对编号。"))


def unknown(areas: Iterable[int]) -> list[int]:
    """Return the areas that are not in the tree, or are closed there; 0, which is everywhere, is known."""
    wanted = sorted({area for area in areas if area})
    with connection.cursor() as cursor:
        cursor.execute(SQL["open_areas"], {"areas": wanted})
        known = {area for (area,) in cursor.fetchall()}
    return [area for area in wanted if area not in known]


def check_own(giver: Principal, giver_name: str, account: Account) -> None:
    """Tell whether an administrator may change this account.

    Raises:
        Refusal: it is his own, or it reaches beyond what he may give.
    """
    if account.name == giver_name:
        raise Refusal(_("不能修改本人账号，请由其他管理员办理。"))
    if not is_his(account, giver):
        raise Refusal(_("该用户还有您管理范围以外的角色，请由上级管理员办理。"))


def check_end(giver: Principal, giver_name: str, account: Account, given: Given | None) -> None:
    """Tell whether an administrator may end this role.

    Raises:
        Refusal: it is his own, is over, or is not his to give.
    """
    if account.name == giver_name:
        raise Refusal(_("不能修改本人账号，请由其他管理员办理。"))
    if given is None or not given.lasts:
        raise Refusal(_("该角色已结束。"))
    if not may_give(given.name, given.areas, giver):
        raise Refusal(_("该角色或区域超出您的管理范围。"))


def give(user: User, role: str, areas: Iterable[int], until: datetime, by: str, reason: str, now: datetime) -> None:
    """Give a role. Run it inside ``scoped``: the database refuses areas beyond the caller's.

    Raises:
        ValueError: no such role.
        PermissionError: an area outside the caller's scope.
    """
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}")
    chosen = sorted(set(areas))
    values = {
        "user": user.pk, "role": role, "areas": chosen, "ranges": multirange(span(area) for area in chosen),
        "now": now, "until": until, "reason": reason.strip()[:500], "by": by,
    }  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SQL["give"], values)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":
            raise
        raise PermissionError("nobody gives a role beyond the own areas") from None
    note(by, user, "given", f"{role} {_said(chosen)} {until:%Y-%m-%d}: {reason.strip()[:300]}", now)


def end(user: User, grant: int, by: str, reason: str, now: datetime) -> bool:
    """End one role now; tell whether it lasted still. Run it inside ``scoped``."""
    with connection.cursor() as cursor:
        cursor.execute(
            SQL["end"], {"grant": grant, "user": user.pk, "by": by, "reason": reason.strip()[:500] or "-", "now": now}
        )
        row = cursor.fetchone()
    if row is None:
        return False
    note(by, user, "ended", f"{row[0]} {_said(row[1])}: {reason.strip()[:300]}", now)
    return True


def end_all(user: User, by: str, reason: str, now: datetime) -> None:
    """End all roles of a user that last still. Run it inside ``scoped``."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["end_all"], {"user": user.pk, "by": by, "reason": reason, "now": now})
        ended = cursor.rowcount
    if ended:
        note(by, user, "ended", f"{ended}: {reason}", now)


def add(name: str) -> User:
    """Add a user who cannot sign in before a password is set by the one-time link.

    Raises:
        Refusal: the name is taken or not usable.
    """
    user = User(username=name.strip())
    user.set_unusable_password()
    try:
        user.clean_fields(exclude=["password"])
        with transaction.atomic():
            user.save()
    except (ValidationError, IntegrityError):
        raise Refusal(_("该用户名已被使用或不可用。")) from None
    return user


def renew_password(user: User, by: str, now: datetime) -> str:
    """Make the old password and all sessions end; return the path at which the user sets a new one, once, in a day."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sessions.end_all(user, now)
    note(by, user, "password", "", now)
    parts = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": default_token_generator.make_token(user)}
    return reverse("password-set", kwargs=parts)


def strengthen(user: User, password: str, now: datetime) -> None:
    """Hash the same password anew with today's rounds; not where the account is not as its last change left it."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(SQL["as_left"], {"user": user.pk})
        if cursor.fetchone() != (True,):
            return
        user.set_password(password)
        user.save(update_fields=["password"])
        note(user.username, user, "strengthened", "", now)


def lift_lock(user: User, by: str, now: datetime) -> None:
    """Let a user try again who was locked out."""
    lockout.lift(user.username)
    note(by, user, "unlocked", "", now)


def remove_second(user: User, by: str, now: datetime) -> None:
    """Remove the second step of a user who lost his telephone."""
    totp.remove(user)
    note(by, user, "second-removed", "", now)


def note(by: str, user: User, what: str, detail: str, now: datetime) -> None:
    """Record a change. Run it inside a ``scoped`` that reaches as far as the user's roles."""
    values = {
        "now": now,
        "by": by,
        "name": user.username,
        "user": user.pk,
        "what": what,
        "detail": detail,
        "root": ROOT,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["note"], values)


def _said(areas: Iterable[int]) -> str:
    return ",".join(str(area) for area in areas)
