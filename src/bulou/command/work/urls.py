"""Addresses of declared kinds: each kind has pages of its own, by names that ``desk.abilities.PAGES`` takes from it."""

from django.urls import URLPattern, path

from bulou.command.work import acting, pages
from bulou.ui.room import Work, works


def of(work: Work) -> list[URLPattern]:
    """Return the pages of a kind."""
    under, name, given = f"work/{work.name}", f"work-{work.name}", {"kind": work.name}
    return [
        path(under, pages.listed, given, name=name),
        path(f"{under}/act", acting.act, given, name=f"{name}-act"),
        path(f"{under}/undo", acting.take_back, given, name=f"{name}-undo"),
        path(f"{under}/<int:campaign>/<int:subject>/<int:occasion>", pages.sheet, given, name=f"{name}-sheet"),
    ]


urlpatterns = [one for work in works().values() for one in of(work)]
