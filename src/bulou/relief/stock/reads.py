"""What stores have, what is on its way, what happened, and how long it lasts.

Run inside the reader's scope. The stores are those in the reader's sight; what the ledger holds of them is then read
beyond it, because goods come from other streets and name nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from bulou.ledger.areas import FOUND_BASE, JOURNAL_BITS, NUMBER_BITS, SHIFTS, found_id, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import COVERED
from bulou.places import units
from bulou.places.units import Unit
from bulou.relief.parcels import PARCEL
from bulou.relief.stock import registry, rules
from bulou.relief.stock.models import Good
from bulou.relief.stock.rules import Claim, LotHeld, Stand, Way
from bulou.relief.stock.shortages import PROGRAMME
from bulou.relief.stock.vocabulary import SHORTAGE
from bulou.relief.units import STORE
from bulou.ui.figures import rows

SQL = statements(__package__, "stock")
#: Stores on one page.
MOST = 300
#: A distribution without an end is reckoned to be handed out in so many days.
USUAL_DAYS = 2
#: A transfer that has not arrived after this is late.
LATE = timedelta(hours=24)
CLOSED = ("lockdown", "control")


@dataclass(frozen=True, slots=True)
class LotLine:
    """So much of a lot. ``lot`` 0: without one."""

    lot: int
    number: str
    expires: date | None
    quantity: int


@dataclass(slots=True)
class Held:
    """What a store has of a good: by lot, first to expire first. ``coming``: on its way to the store."""

    store: int
    good: int
    lots: list[LotLine] = field(default_factory=list)
    coming: int = 0

    @property
    def total(self) -> int:
        """All that is on hand, below zero where more went out than came in."""
        return sum(one.quantity for one in self.lots)

    def expired(self, today: date) -> int:
        """How much of it has expired."""
        return sum(one.quantity for one in self.lots if one.expires and one.expires < today and one.quantity > 0)

    def soon(self, today: date, days: int) -> int:
        """How much of it expires within so many days."""
        last = today + timedelta(days=days)
        return sum(one.quantity for one in self.lots if one.expires and today <= one.expires <= last)

    def usable(self, today: date) -> int:
        """How much can be handed out."""
        return self.total - self.expired(today)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Goods between two stores: what was sent, what is still on its way (``rest``)."""

    id: int
    journal: int
    number: int
    at: datetime
    by: str
    source: int
    target: int
    note: str
    sent: list[LotLine]
    goods: list[int]
    rest: list[tuple[int, LotLine]]

    def late(self, now: datetime) -> bool:
        """Whether it should have arrived."""
        return bool(self.rest) and now - self.at > LATE

    @property
    def partly(self) -> bool:
        """Whether some of it arrived and some did not."""
        return 0 < sum(line.quantity for _good, line in self.rest) < sum(line.quantity for line in self.sent)


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of a store's history. ``user``: whose desk wrote it."""

    journal: int
    number: int
    at: datetime
    kind: str
    body: Mapping[str, Any]
    by: str
    void: bool
    user: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A good in a store: how long it lasts and why. ``way``: on its way to it; ``due``: the open shortage, if any."""

    stand: Stand
    left: float | None
    coming: int
    used: float
    claimed: int
    homes: int
    due: tuple[int, int, int] | None


def today(now: datetime) -> date:
    """Return the day of the installation's zone."""
    return timezone.localtime(now).date()


def stores(area: int = 0, closed: bool = False) -> dict[int, Unit]:
    """Return the stores in sight, by their numbers."""
    found, _more = units.listed(STORE.code, area, state="all" if closed else "open", limit=MOST)
    return {one.id: one for one in found}


def held(wanted: Iterable[int], ways: Sequence[Transfer] | None = None) -> dict[tuple[int, int], Held]:
    """Return what stores have, by (store, good). What left without a lot is taken from those that expire first.

    ``ways``: the transfers from or to them, where they are known already.
    """
    numbers = sorted(set(wanted))
    raw: dict[tuple[int, int], list[LotHeld]] = defaultdict(list)
    names: dict[int, tuple[str, date | None]] = {0: ("", None)}
    if not numbers:
        return {}
    with scoped(EVERYWHERE):
        for store, good, lot, quantity, number, expires in rows(SQL["held"], stores=numbers):
            raw[store, good].append(LotHeld(lot, quantity, expires))
            names[lot] = (number or "", expires)
    out = {}
    for (store, good), lots in raw.items():
        lines = [LotLine(one.lot, names[one.lot][0], one.expires, one.quantity) for one in rules.by_lot(lots)]
        out[store, good] = Held(store, good, lines)
    for one in transfers(numbers) if ways is None else ways:
        if one.target in numbers:
            for good, line in one.rest:
                out.setdefault((one.target, good), Held(one.target, good)).coming += line.quantity
    return out


def transfers(wanted: Sequence[int], transfer: int = 0) -> list[Transfer]:
    """Return the transfers from or to stores that are on their way, the oldest first; or one by its number."""
    with scoped(EVERYWHERE):
        resting: dict[int, list[tuple[int, LotLine]]] = defaultdict(list)
        for holder, good, lot, quantity, number, expires in rows(SQL["on_the_way"], base=FOUND_BASE):
            if not transfer or holder == transfer:
                resting[holder].append((good, LotLine(lot, number or "", expires, quantity)))
        keys = [*resting] or ([transfer] if transfer else [])
        if not keys:
            return []
        mask = (1 << JOURNAL_BITS) - 1
        found = rows(
            SQL["sent"], journals=[key >> NUMBER_BITS & mask for key in keys],
            numbers=[key & (1 << NUMBER_BITS) - 1 for key in keys],
        )  # fmt: skip
        out = []
        bodies = [(*key, msgspec.json.decode(bytes(raw))["body"], by) for *key, raw, by in found]
        bodies = [row for row in bodies if {row[3]["store"], row[3]["to"]} & {*wanted}]
        known = registry.lots(item.get("lot", 0) for row in bodies for item in row[3]["items"])
        for journal, number, at, body, by in bodies:
            lines = [_line(item, known) for item in body["items"]]
            id_ = found_id(journal, number)
            goods = [item["good"] for item in body["items"]]
            out.append(
                Transfer(id_, journal, number, at, by or "", body["store"], body["to"], body.get("note", ""), lines,
                         goods, resting.get(id_, []))
            )  # fmt: skip
    return sorted(out, key=lambda one: (one.at, one.id))


def _line(item: Mapping[str, Any], known: Mapping[int, registry.LotName]) -> LotLine:
    lot = known.get(item.get("lot", 0))
    return LotLine(lot.id if lot else 0, lot.number if lot else "", lot.expires if lot else None, item["quantity"])


def history(store: int, limit: int = 50) -> list[Happened]:
    """Return what happened to a store, the latest first; what was handed out to households is not listed here."""
    with scoped(EVERYWHERE):
        return [_happened(row) for row in rows(SQL["entries"], store=store, limit=limit)]


def entry(journal: int, number: int) -> Happened | None:
    """Return one entry on stock."""
    with scoped(EVERYWHERE):
        found = rows(SQL["entry"], journal=journal, number=number)
    return _happened(found[0]) if found else None


def _happened(row: Sequence[Any]) -> Happened:
    journal, number, at, kind, raw, by, void, user = row
    return Happened(journal, number, at, kind, msgspec.json.decode(bytes(raw)).get("body", {}), by or "", void, user)


def counted(wanted: Iterable[int]) -> dict[int, datetime]:
    """Return when stores were counted last."""
    with scoped(EVERYWHERE):
        return {s: datetime.fromisoformat(value) for s, value in rows(SQL["counted"], stores=sorted(set(wanted)))}


# -- how long it lasts -----------------------------------------------------------------------------


def outlook(known: Mapping[int, Unit], now: datetime) -> list[Outlook]:
    """Return how long each good lasts in each store that has, uses or is to hand it out; the shortest first."""
    numbers, day = sorted(known), today(now)
    have = held(numbers)
    since = now - timedelta(days=rules.LOOKED_BACK)
    with scoped(EVERYWHERE):
        used = {
            (store, good): (quantity, first)
            for store, good, quantity, first in rows(
                SQL["used"], stores=numbers, since=since, now=now, homes=False
            )
        }  # fmt: skip
        open_ = rows(SQL["distributions"], kind=PARCEL.code, covered=COVERED, stores=numbers)
    claims: dict[tuple[int, int], list[Claim]] = defaultdict(list)
    for store, good, quantity, due, _id, _name, open_homes in open_:
        days = max(0.1, (due - now).total_seconds() / 86_400) if due else float(USUAL_DAYS)
        if open_homes:
            claims[store, good].append(Claim(days, open_homes * quantity))
    goods = registry.of({good for _store, good in {*have, *used, *claims}})
    homes = closed_homes(known, now) if any(good.household_days for good in goods.values()) else {}
    shortages = open_shortages(known)
    out = []
    for key in sorted({*have, *used, *claims}):
        good = goods.get(key[1])
        if good is None:
            continue
        quantity, first = used.get(key, (0, now))
        span_days = max(1.0, (now - max(first, since)).total_seconds() / 86_400)
        rate, lives = quantity / span_days, 0
        if good.household_days and not claims.get(key):
            lives = homes.get(key[0], 0)
            rate += lives / good.household_days
        own = have.get(key) or Held(*key)
        stand = Stand(
            *key, own.usable(day) + own.coming, rate, tuple(claims.get(key, ())), good.cover_days
        )  # fmt: skip
        out.append(
            Outlook(stand, rules.days_left(stand), own.coming, quantity / span_days,
                    sum(c.quantity for c in stand.claims), lives, shortages.get(key))
        )  # fmt: skip
    return sorted(out, key=lambda one: (one.left is None, one.left or 0, -one.stand.short, one.stand.store))


def closed_homes(known: Mapping[int, Unit], now: datetime) -> dict[int, int]:
    """Return for how many households that may not go out each store is the nearest one; equals share them."""
    with scoped(EVERYWHERE):
        levels = {span(area): value in CLOSED for area, value in rows(SQL["levels"], now=now)}
    if not any(levels.values()):
        return {}
    served = {unit.area: span(unit.area)[1] for unit in known.values()}
    cut = [one for one in rules.pieces({span(a)[0]: b for a, b in served.items()}, levels) if one.closed]
    counts = dict(
        rows(
            SQL["homes"], ns=[*range(len(cut))], lows=[one.low for one in cut], highs=[one.high for one in cut]
        )
    )  # fmt: skip
    by_area: dict[int, int] = defaultdict(int)
    for n, one in enumerate(cut):
        by_area[one.store_area] += counts.get(n, 0)
    at = defaultdict(list)
    for unit in known.values():
        at[unit.area].append(unit.id)
    return {store: by_area.get(area, 0) // len(own) for area, own in at.items() for store in own}


def foresee_alone() -> None:
    """Wait until nobody else foresees shortages, and keep others waiting until the transaction ends."""
    rows(SQL["foresee_alone"])


def open_shortages(known: Mapping[int, Unit]) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return the open shortages by (store, good): campaign, subject and occasion of the duty."""
    out = {}
    for campaign, subject, occasion, _area, _stage, _mark, raw in rows(
        SQL["shortages"], campaign=PROGRAMME.id, kind=SHORTAGE.code, lo=0, hi=2**53 - 1
    ):
        body = msgspec.json.decode(bytes(raw))["body"]
        if body.get("store") in known:
            out[body["store"], body["good"]] = (campaign, subject, occasion)
    return out


def ways(found: Sequence[Outlook], known: Mapping[int, Unit]) -> dict[tuple[int, int], list[Way]]:
    """Return by (store, good) the transfers that would mend each shortage."""
    out: dict[tuple[int, int], list[Way]] = defaultdict(list)
    for way in rules.mend([one.stand for one in found], {unit.id: unit.area for unit in known.values()}, SHIFTS):
        out[way.target, way.good].append(way)
    return out


def goods_of(keys: Iterable[tuple[int, int]]) -> dict[int, Good]:
    """Return the goods that are named beside stores."""
    return registry.of({good for _store, good in keys})
