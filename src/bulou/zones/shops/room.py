"""What the house must know of shops: who decides on them, the pages, what is written."""

from __future__ import annotations

from bulou.ui.room import Ability, Menu, Page, Room
from bulou.zones.shops.entries import ENTRIES
from bulou.zones.shops.vocabulary import STANDINGS

DECIDE = Ability("shops", "管理商铺营业", "decide which shops may open", ("command", "street"))

PAGES = (
    Page("shops", "shops", "bulou.zones.shops.pages.listed", "board", Menu("商铺", "Shops", "building-store", "b", 64)),
    Page("shops/act", "shop-act", "bulou.zones.shops.acting.act", "shops"),
    Page("shops/order", "shop-order", "bulou.zones.shops.acting.order", "shops"),
    Page("shops/undo", "shop-undo", "bulou.zones.shops.acting.take_back", "shops"),
    Page("shops/open", "shops-open", "bulou.zones.shops.pages.open_now", "public"),
    Page("shops/<unit>", "shop", "bulou.zones.shops.pages.sheet", "board"),
)

#: Part of the room of zones.
PART = Room("zones", "管控区", "zones", entries=ENTRIES, standings=STANDINGS, abilities=(DECIDE,), pages=PAGES)
