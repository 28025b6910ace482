"""The addresses of the desk process."""

from importlib.util import find_spec

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" when this process reaches the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz),
    path("language/", include("django.conf.urls.i18n")),
]
if find_spec("bulou.desk.urls"):
    urlpatterns.append(path("", include("bulou.desk.urls")))
