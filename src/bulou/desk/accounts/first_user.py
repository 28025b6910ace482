"""The first user of an installation: made in the browser, by whoever started the server and has its one-time code.

The code lies hashed in a file of the data folder, from a start without users until it is used or somebody was added
another way; a new start makes a new one. Where there is a user, no code opens anything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bulou.desk.actions import add_user
from bulou.ui.background import data_folder
from bulou.ui.identity_text import holds_identity

FILE = "first-user.code"
#: What the first user may do everywhere: give roles, and begin.
ROLES = ("administrator", "command")
#: The name under which wrong codes are counted, which is nobody's.
COUNTED = {"username": "first user"}


def offer(folder: Path) -> str:
    """Return a new code, and keep its hash in the data folder in place of an older one."""
    code = secrets.token_urlsafe(18)
    draft = folder / f"{FILE}.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(_hash(code))
    draft.rename(folder / FILE)
    return code


def withdraw(folder: Path) -> None:
    """End a code that was offered."""
    (folder / FILE).unlink(missing_ok=True)


def is_right(code: str) -> bool:
    """Tell whether this is the code that was offered last."""
    try:
        kept = (data_folder() / FILE).read_text("ascii").strip()
    except (OSError, ValueError, KeyError):  # none was offered; no folder is named
        return False
    return hmac.compare_digest(kept, _hash(code))


def needed() -> bool:
    """Tell whether there is no user yet."""
    return not User.objects.exists()


def must_wait(request: HttpRequest) -> bool:
    """Tell whether too many wrong codes came from where this request comes from."""
    return not AxesProxyHandler.is_allowed(request, COUNTED)


def count_wrong(request: HttpRequest) -> None:
    """Count a wrong code as a wrong password is counted."""
    user_login_failed.send(sender=__name__, credentials=COUNTED, request=request)


def make(name: str, password: str, again: str) -> list[str]:
    """Make the first user and end the code; return what is wrong with name and password, in the reader's words.

    Raises:
        FirstIsThere: somebody was quicker.
    """
    name = name.replace("\0", "").strip()
    if password != again:
        return [_("两次输入的密码不一致。")]
    if not name:
        return [_("请填写用户名。")]
    if holds_identity(name):
        return [_("用户名不能是证件号码。")]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('bulou first user'))")
        if not needed():
            raise FirstIsThere
        try:
            add_user(name, password, [0], ROLES, by="first start")
        except ValidationError as error:
            return list(error.messages)
    withdraw(data_folder())
    return []


class FirstIsThere(Exception):
    """There is a user already."""


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
