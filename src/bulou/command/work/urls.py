"""Addresses of declared kinds: each kind has pages of its own, by names that ``desk.abilities.PAGES`` takes from it."""

from django.urls import URLPattern, path

from bulou.command.work import acting, covering, importing, opening, pages
from bulou.command.work.saved import pages as saved
from bulou.ui.room import Work, works


def of(work: Work) -> list[URLPattern]:
    """Return the pages of a kind."""
    under, name, given = f"work/{work.name}", f"work-{work.name}", {"kind": work.name}
    found = {
        "": pages.listed,
        "act": acting.act,
        "undo": acting.take_back,
        "import": importing.page,
        "views": saved.act,
    }
    if work.opening:
        found["new"] = opening.new
    if work.cover:
        found |= {"cover": covering.cover, "close": covering.close}
    sheet = path(f"{under}/<int:campaign>/<int:subject>/<int:occasion>", pages.sheet, given, name=f"{name}-sheet")
    view = path(f"{under}/view/<int:view>", saved.opened, given, name=f"{name}-view")
    return [
        *(path(f"{under}/{page}".rstrip("/"), view, given, name=f"{name}-{page}".rstrip("-"))
          for page, view in found.items()),
        sheet, view,
    ]  # fmt: skip


urlpatterns = [one for work in works().values() for one in of(work)]
