"""What the house must know of the resident's page: who prints door cards, and where."""

from __future__ import annotations

from bulou.ui.room import Ability, Menu, Page, Room

CARDS = Ability("cards", "印制门牌码", "print door cards", ("command", "street", "committee"))

VOLUNTEERS = "bulou.residents.volunteers.pages"

PAGES = (
    Page(
        "doors/cards", "door-cards", "bulou.residents.pages.page", "cards",
        Menu("门牌码", "Door cards", "door", order=52),
    ),
    Page("doors/cards/print", "door-cards-print", "bulou.residents.pages.printed", "cards"),
    Page("doors/cards/end", "door-cards-end", "bulou.residents.pages.end", "cards"),
    Page("volunteers", "volunteers", f"{VOLUNTEERS}.listed", "forces"),
    Page("volunteers/posters", "volunteers-posters", f"{VOLUNTEERS}.posters", "forces"),
    Page("volunteers/key", "volunteers-key", f"{VOLUNTEERS}.key", "forces"),
    Page("volunteers/<application>", "volunteer", f"{VOLUNTEERS}.sheet", "forces"),
    Page("volunteers/<application>/act", "volunteer-act", f"{VOLUNTEERS}.act", "forces"),
)  # fmt: skip

ROOM = Room("residents", "居民页面", "resident's page", abilities=(CARDS,), pages=PAGES)
