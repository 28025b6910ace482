"""The addresses of the desk process."""

from importlib.util import find_spec

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from bulou.config.rooms import applications
from bulou.desk.watch import metrics


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" when this process reaches the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz),
    path("metrics/desk", metrics, name="metrics"),
    path("language/setlang/", login_not_required(set_language), name="set_language"),
    *(path("", include(f"bulou.{room}.urls")) for room in applications() if find_spec(f"bulou.{room}.urls")),
]
