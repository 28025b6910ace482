"""Keys made, revoked and found again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from bulou.desk.abilities import ROLES
from bulou.desk.accounts import actions
from bulou.desk.accounts.actions import Refusal
from bulou.desk.accounts.rules import Principal, may_give, within
from bulou.desk.api import rules
from bulou.desk.api.models import Key
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.room import works

#: Abilities that endpoints ask for besides those of declared kinds.
OWN = ("board", "now", "names")
#: Characters of a key's name.
NAME = 40
#: The moment of the last use is kept to the minute.
NOTED = timedelta(minutes=1)


def asked() -> set[str]:
    """Return the abilities that some endpoint asks for."""
    found = {
        need for work in works().values() for need in (work.sees, work.opener, *(act.ability for act in work.acts))
    }
    return {one for need in (*found, *OWN) for one in need.split()}


def offered(giver: Principal, area: int) -> list[str]:
    """Return the abilities that an administrator may give to a key in an area: of roles that he may give there."""
    return rules.offered(asked(), [role.abilities for role in ROLES.values() if may_give(role.name, [area], giver)])


def make(
    giver: Principal, by: str, name: str, area: int | None, abilities: Iterable[str], until: datetime | None, why: str,
    now: datetime,
) -> tuple[Key, str]:  # fmt: skip
    """Make a key; return it with the text that is shown once.

    Raises:
        Refusal: in the reader's language, what is missing or beyond the giver.
    """
    name, chosen = " ".join(name.split()), sorted(set(abilities))
    if not name or len(name) > NAME:
        raise Refusal(_("请填写对接系统的名称，最多%(n)s个字。") % {"n": NAME})
    if area is None or not within(area, giver.areas("users")) or actions.unknown([area]):
        raise Refusal(_("请选择您管理范围内的区域。"))
    if not chosen:
        raise Refusal(_("请至少勾选一项权限。"))
    if beyond := set(chosen) - set(offered(giver, area)):
        raise Refusal(_("这些权限超出您在这一区域的管理范围：%(what)s。") % {"what": "、".join(sorted(beyond))})
    if until is None or not rules.is_end(until, now):
        raise Refusal(_("请填写一年以内的截止日期。"))
    if not why.strip():
        raise Refusal(_("请填写用途。"))
    key = rules.PREFIX + secrets.token_urlsafe(rules.BYTES)
    with transaction.atomic():
        user = actions.add(_account(name))
        user.is_active = False
        user.save(update_fields=["is_active"])
        made = Key.objects.create(
            name=name, digest=rules.digest(key), start=key[: rules.SHOWN], user=user, area=area, abilities=chosen,
            why=why.strip()[:300], made_at=now, made_by=by, until=until,
        )  # fmt: skip
        actions.note(by, user, "key-made", f"{area} {' '.join(chosen)} {until:%Y-%m-%d}: {why.strip()[:200]}", now)
    return made, key


def _account(name: str) -> str:
    """Return a name for the account of a key that no account has, of the letters that names of accounts have."""
    base = "api." + re.sub(r"[^\w.@+-]+", "-", name)
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    return next(one for n in range(1, len(taken) + 2) if (one := base if n == 1 else f"{base}.{n}") not in taken)


def revoke(giver: Principal, by: str, number: int, now: datetime) -> Key:
    """End a key at once.

    Raises:
        Http404: there is none within the reader's areas.
        Refusal: it ended already.
    """
    key = Key.objects.select_related("user").filter(pk=number).first() if number < 2**53 else None
    if key is None or not within(key.area, giver.areas("users")):
        raise Http404
    ended = Key.objects.filter(pk=number, revoked_at=None).update(revoked_at=now, revoked_by=by)
    if not ended:
        raise Refusal(_("这个密钥已经停用。"))
    actions.note(by, key.user, "key-revoked", "", now)
    return key


def listed() -> list[Key]:
    """Return the keys within the scope, those that count first, the newest first."""
    return sorted(Key.objects.all(), key=lambda key: (key.revoked_at is not None, -key.pk))


def found(text: str, now: datetime) -> Key | None:
    """Return the key of a request where it counts, and note that it was used. Before any scope is known."""
    with scoped(EVERYWHERE):
        key = Key.objects.select_related("user").filter(digest=rules.digest(text)).first()
        if key is None or not rules.lasts(key.until, key.revoked_at, now):
            return None
        if key.used_at is None or key.used_at <= now - NOTED:
            Key.objects.filter(pk=key.pk).update(used_at=now)
    return key
