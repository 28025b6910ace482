"""What is public of zones and shops, as other systems read it: published lists, shops that are open."""

from __future__ import annotations

from datetime import datetime

from bulou.ledger.scope import Ranges
from bulou.zones import reads as zones
from bulou.zones.shops import reads as shops
from bulou.zones.shops.reads import Shop
from bulou.zones.shops.vocabulary import CLOSED


def lists(ranges: Ranges) -> list[zones.PublishedList]:
    """Return of each whole street within ranges the list that it published last; those that never did are left out."""
    return [one for street in zones.streets(ranges) for one in zones.published([street], 1)]


def open_shops(area: int, now: datetime) -> list[Shop]:
    """Return the shops of an area that are open or supply to the door, by stretch of street."""
    return [one for one in shops.shops([area], now) if one.status.value != CLOSED]
