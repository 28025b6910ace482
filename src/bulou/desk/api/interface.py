"""The interface as a whole: its endpoints, what it refuses, its OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from bulou.desk.api import figures, works
from bulou.desk.api.door import Problem, opened
from bulou.ui.entitled import NotEntitled

VERSION = "1"


class WithKey(HttpBearer):
    """Says in the document that a key is needed; ``door.opened`` has looked at it before."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the key that the request came with."""
        return getattr(request, "key", None)


api = NinjaAPI(
    title="Bulou", version=VERSION, urls_namespace="api", openapi_url=None, docs_url=None, auth=WithKey(),
    description="Duties, rounds, areas, units, published zones and open shops, as the key may see them."
    " Times that are sent in fields are local times of the installation, to the minute (2022-04-04T08:30);"
    " times in answers are UTC.",
)  # fmt: skip
api.add_router("", works.router)
api.add_router("", figures.router)


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.answer()


@api.exception_handler(NotEntitled)
def _not_entitled(_request: HttpRequest, error: NotEntitled) -> HttpResponse:
    return Problem(403, "no_ability", str(error)).answer()


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for one in error.errors:
        fields.setdefault(".".join(str(part) for part in one.get("loc", ())[1:]), []).append(str(one.get("msg", "")))
    return Problem(422, "wrong_request", _("请求的格式不对：%(what)s。") % {"what": ", ".join(fields)}, fields).answer()


@api.exception_handler(HttpError)
def _error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return Problem(error.status_code, "wrong_request", _("请求的内容无法读取：需要 JSON。")).answer()


@api.exception_handler(Http404)
def _not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return Problem(404, "not_found", _("没有这个地址。")).answer()


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return dict(api.get_openapi_schema(path_prefix="/api"))


def openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; it holds nothing of anybody."""
    return JsonResponse(document())


openapi.login_required = False


def patterns() -> list[URLPattern]:
    """Return the addresses of the endpoints, each opened by a good key alone."""
    out: dict[str, URLPattern] = {}
    for one in api.urls[0]:
        if isinstance(one, URLPattern) and one.name != "api-root":
            view: Callable[..., HttpResponse] = opened(one.callback)
            out.setdefault(str(one.pattern), path(f"api/{one.pattern}", view, name=one.name))  # one for all methods
    return [*out.values()]
