"""What people do on the desk, as the rail on the left names it. An entry appears as soon as its page exists.

A room that lands needs no change here when its first page has the url name below and takes no argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bulou.desk.abilities import PAGES
from bulou.ui import assets
from bulou.ui.room import ROOMS, Menu, works

#: The cookie with the reader's choice; without it the system's own setting counts.
THEME_COOKIE, THEMES = "bulou_theme", ("auto", "light", "dark")


@dataclass(frozen=True)
class Entry:
    """One way into the desk: ``url_name`` of its first page, its icon, the key after "g".

    ``roots`` are the first parts of the addresses that belong to it besides the one of its first page; ``under``: where
    several entries share that part, the whole beginning of its addresses.
    """

    title: Any
    url_name: str
    icon: str
    key: str = ""
    roots: tuple[str, ...] = ()
    under: str = ""


RAIL = (
    Entry(_("待办"), "now", icon="bell", key="n"),
    Entry(_("轮次"), "home", icon="test-pipe", key="r", roots=("rounds", "official", "import")),
    Entry(_("人员"), "people", icon="users", key="p", roots=("persons", "roster")),
    Entry(_("单位"), "units", icon="building-store", key="u"),
    Entry(_("管控区"), "zones", icon="shield", key="z"),
    Entry(_("保供"), "relief", icon="package", key="l"),
    Entry(_("人力"), "forces", icon="users-group", key="f"),
    Entry(_("审计"), "oversight", icon="checklist", key="o"),
    Entry(_("通告"), "notices", icon="message", key="m"),
    Entry(_("复盘"), "review", icon="history", key="v"),
    Entry(
        _("设置"), "settings", icon="settings", key="s", roots=("devices", "users", "looks", "audit", "access", "jobs")
    ),
)
#: After which entry the rooms' own stand.
AFTER = 3
#: What the page of settings leads to.
SETTINGS = (
    Entry(_("密码和两步验证"), "account", icon="key"),
    Entry(_("设备与运行"), "devices", icon="device-mobile"),
    Entry(_("用户与权限"), "users", icon="key"),
    Entry(_("接口密钥"), "api-keys", icon="key"),
    Entry(_("后台任务"), "jobs", icon="clock"),
    Entry(_("区域目录"), "roster-tree", icon="map-pin"),
    Entry(_("查阅记录"), "looks", icon="eye"),
    Entry(_("手机证书"), "trust", icon="shield-check"),
)


def rail() -> tuple[Entry, ...]:
    """Return the entries of the rail: the desk's own, and in their midst those that the rooms declare."""
    declared = sorted(
        [(work.menu, f"work-{work.name}", f"work/{work.name}") for work in works().values() if work.menu]
        + [(page.menu, page.name, "") for room in ROOMS.values() for page in room.pages if page.menu],
        key=lambda row: (row[0].order, row[1]),
    )
    own = tuple(Entry(_lazy(menu), name, icon=menu.icon, key=menu.key, under=under) for menu, name, under in declared)
    return RAIL[:AFTER] + own + RAIL[AFTER:]


def _word(menu: Menu) -> str:
    return menu.en if (get_language() or "").startswith("en") else menu.zh


_lazy = lazy(_word, str)


def shown(table: tuple[Entry, ...], request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of a table that exist and that the reader may open, with address and whether he is there."""
    who = getattr(request, "who", None)
    here = request.path.split("/")[1]
    found = []
    for entry in table:
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        if who is not None and entry.url_name in PAGES and not who.may(PAGES[entry.url_name]):
            continue
        current = here in (url.split("/")[1], *entry.roots)
        if entry.under:
            current = f"{request.path}/".startswith(f"/{entry.under}/")
        found.append({"title": entry.title, "url": url, "icon": entry.icon, "key": entry.key, "current": current})
    return found


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``rail``, ``search_url``, ``theme`` and whether the look was built."""

    def search() -> str:
        return next((e["url"] for e in shown((Entry("", "people", icon="search"),), request)), "")

    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "rail": SimpleLazyObject(lambda: shown(rail(), request)),
        "search_url": SimpleLazyObject(search),
        "theme": theme if theme in THEMES else THEMES[0],
        "built": bool(assets.addresses()),
    }
