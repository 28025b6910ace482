"""How users of the desk are made from outside of it: by the command line, an exercise, a test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from bulou.desk.accounts import actions, sessions
from bulou.desk.accounts.rules import LASTS, usual_role
from bulou.ledger.areas import is_area
from bulou.ledger.scope import EVERYWHERE, scoped

BY = "command line"


def add_user(
    name: str,
    password: str,
    areas: Iterable[int],
    roles: Iterable[str] = (),
    lasts: timedelta = LASTS,
    by: str = BY,
) -> User:
    """Add a user who works for ``areas``, or give a known one this password and these areas instead of the old.

    Parameters:
        name: sign-in name, 1 to 150 characters.
        areas: area ids; 0 for everything.
        roles: what he does there; without any, what somebody of such an area usually does.
        lasts: how long the roles are given for.

    Raises:
        ValueError: not an area id, no such role, or roles without an area.
        django.core.exceptions.ValidationError: the password is too weak, or the name is not usable.
    """
    chosen = sorted(set(areas))
    for area in chosen:
        if area and not is_area(area):
            raise ValueError(f"{area} is not an area id")
    wanted = list(dict.fromkeys(roles))
    if wanted and not chosen:
        raise ValueError("a role needs an area")
    now = datetime.now(UTC)
    user = User.objects.filter(username=name).first() or User(username=name)
    user.clean_fields(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    by_role: dict[str, list[int]] = dict.fromkeys(wanted, chosen)
    for area in chosen if not wanted else ():
        by_role.setdefault(usual_role(area), []).append(area)
    with transaction.atomic(), scoped(EVERYWHERE):
        user.save()
        sessions.end_all(user, now)
        actions.end_all(user, by, "given anew", now)
        for role, own in by_role.items():
            actions.give(user, role, own, now + lasts, by, "given by the command line", now)
        actions.note(by, user, "password", "", now)
    return user
