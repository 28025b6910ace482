"""The way from a request with a key to what the key may see: who it is, how often it asks, one transaction in its area.

As on the desk, an endpoint runs in the scope of its key and its answer is written inside of it; an answer that refuses
undoes what was written before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from bulou.desk.accounts.lockout import address_of
from bulou.desk.api import keys, rules
from bulou.ledger.scope import scoped
from bulou.ui.identity_text import holds_identity

#: Bytes of a request's content.
LARGEST = 2**20
#: Counted in this process.
REQUESTS, WRONG = rules.Windows(rules.MOST), rules.Windows(rules.WRONG)


@dataclass(frozen=True)
class Problem(Exception):
    """What an endpoint refuses: status, a name for programs, the sentence in the asker's language, fields."""

    status: int
    code: str
    detail: str
    fields: dict[str, list[str]] | None = None

    def answer(self) -> HttpResponse:
        """Return it as the answer."""
        told = {"code": self.code, "detail": self.detail} | ({"fields": self.fields} if self.fields else {})
        return JsonResponse(told, status=self.status, json_dumps_params={"ensure_ascii": False})


def opened(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view that opens to good keys alone and runs in their scope."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _enter(request)
        except Problem as problem:
            return _closed(problem.answer())
        with scoped(request.ranges):
            answer = view(request, *args, **kwargs)
            if answer.status_code >= 400:
                transaction.set_rollback(True)
        return _closed(answer)

    inside.login_required = False
    inside.csrf_exempt = True
    return inside


def _enter(request: HttpRequest) -> None:
    """Find the key, count the request, refuse identity numbers.

    Raises:
        Problem: 401, 413, 422 or 429.
    """
    now, address = time.monotonic(), address_of(request)
    if not WRONG.left(address, now):
        raise Problem(429, "too_many", _("错误的密钥过多，请一分钟后再试。"))
    text = rules.bearer(request.headers.get("Authorization", ""))
    key = keys.found(text, datetime.now(UTC)) if text else None
    if key is None:
        WRONG.wait(address, now)
        raise Problem(401, "no_key", _("没有密钥，或密钥已停用、已到期：请在请求头 Authorization 中写 Bearer 和密钥。"))
    wait = REQUESTS.wait(key.pk, now)
    if wait:
        raise Problem(429, "too_many", _("请求过多，请%(n)s秒后再试。") % {"n": wait})
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        raise Problem(413, "too_large", _("内容最多1 MB。"))
    said = [
        *(value for _name, values in request.GET.lists() for value in values),
        request.body.decode("utf-8", "replace"),
    ]
    if any(holds_identity(text) for text in said):
        raise Problem(422, "identity_number", _("不要发送完整的身份证号：请用人员编码。"))
    reach = rules.Reach(key.area, frozenset(key.abilities))
    request.key, request.user, request.reach = key, key.user, reach
    request.areas, request.ranges, request.may = (key.area,), reach.ranges, reach.may
    request.abilities = reach.abilities


def _closed(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    if answer.status_code == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if answer.status_code == 429:
        answer["Retry-After"] = str(rules.SECONDS)
    return answer


def need(request: HttpRequest, ability: str, area: int | None = None) -> None:
    """Hold a request to what its key may do, in an area or anywhere.

    Raises:
        Problem: 403.
    """
    if not request.reach.may(ability, request.reach.area if area is None else area):
        raise Problem(403, "no_ability", _("密钥没有这项权限：%(what)s。") % {"what": ability})
