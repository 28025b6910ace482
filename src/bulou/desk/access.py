"""The way from a request to the rows that its user may see."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from bulou.desk.models import UserScope
from bulou.ledger.areas import span
from bulou.ledger.scope import Ranges, covers, scoped

Page = Callable[..., HttpResponse]


def areas_of(user_id: int) -> tuple[int, ...]:
    """Return the areas a user works for; none when nobody gave him any."""
    row = UserScope.objects.filter(pk=user_id).values_list("areas", flat=True).first()
    return tuple(row or ())


def ranges_of(areas: tuple[int, ...]) -> Ranges:
    """Return the inclusive id ranges of the areas' subtrees."""
    return tuple(span(area) for area in areas)


def page(view: Page) -> Page:
    """Make a page of the desk: signed in, inside one transaction that sees the user's areas and no other.

    The view finds them in ``request.areas`` and ``request.ranges``. Its template is rendered inside the transaction,
    so that no row can be read outside the scope.
    """

    @login_required
    @wraps(view)
    def inside(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.areas = areas_of(request.user.pk)
        request.ranges = ranges_of(request.areas)
        with scoped(request.ranges):
            response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
        response["Cache-Control"] = "private, no-store"
        return response

    return inside


def must_cover(request: HttpRequest, area: int) -> tuple[int, int]:
    """Return the id range of an area that the user works for.

    Raises:
        Http404: the area is not, or not wholly, the user's. The same answer as for one that does not exist.
    """
    lo, hi = span(area)
    if not (covers(request.ranges, lo) and covers(request.ranges, hi)):
        raise Http404
    return lo, hi
