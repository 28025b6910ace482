"""The way from a request to the rows that its user may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from bulou.desk.models import UserScope
from bulou.ledger.areas import span
from bulou.ledger.scope import Ranges, scoped


def areas_of(user_id: int) -> tuple[int, ...]:
    """Return the areas a user works for; none when nobody gave him any."""
    row = UserScope.objects.filter(pk=user_id).values_list("areas", flat=True).first()
    return tuple(row or ())


def ranges_of(areas: tuple[int, ...]) -> Ranges:
    """Return the inclusive id ranges of the areas' subtrees."""
    return tuple(span(area) for area in areas)


class AreaScope:
    """Middleware: a signed-in user's page runs in one transaction that sees the user's areas and no other.

    The page finds them in ``request.areas`` and ``request.ranges``. Its template is rendered inside the transaction,
    so that no row can be read outside the scope. No page can forget it; those open to everyone
    (``login_not_required``) see no row at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Run the page inside its scope; an error within undoes what it wrote."""
        if not getattr(view, "login_required", True):
            return None
        request.areas = areas_of(request.user.pk)
        request.ranges = ranges_of(request.areas)
        with scoped(request.ranges):
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        response.setdefault("Cache-Control", "private, no-store")
        return response
