"""A desk whose readers have the abilities that a test names: middleware before all others."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: Set by a test before the first request.
GIVEN: set[str] = set()
MIDDLEWARE = ["tests.abilities.Given", *settings.MIDDLEWARE]


class Given:
    """Gives every reader ``GIVEN``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.abilities = frozenset(GIVEN)
        return self._get_response(request)
