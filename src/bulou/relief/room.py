"""What the house must know of relief: requests of households, stock, and distributions to them."""

from __future__ import annotations

from bulou.relief.medicines import MEDICINE, MEDICINES
from bulou.relief.outreach import CALLS, OUTREACH
from bulou.relief.parcels import PARCEL, PARCELS
from bulou.relief.requests import REQUEST, REQUESTS
from bulou.relief.stock import entries, shortages, vocabulary
from bulou.relief.supplies import SUPPLIES, SUPPLY
from bulou.relief.treatments.kind import TREATMENT, TREATMENTS
from bulou.relief.units import STORE
from bulou.ui.room import Ability, Menu, Page, Room

KEEP = Ability(
    "stock", "收发和盘点物资", "keep goods and stock", ("command", "street", "committee", "store")
)  # fmt: skip
PAGES = (
    Page("households", "households", "bulou.command.households.pages.listed", "people",
         Menu("户况", "Households", "home", "", 49)),
    Page("medicine-runs", "medicine-runs", "bulou.command.medicine.pages.listed", "people"),
    Page("medicine-runs/<fetching>", "medicine-run", "bulou.command.medicine.pages.one", "people"),
    Page("stock", "stock", "bulou.command.stock.pages.listed", "board",
         Menu("库存", "Stock", "building-warehouse", "k", 52)),
    Page("stock/cover", "stock-cover", "bulou.command.stock.covering.page", "board"),
    Page("stock/foresee", "stock-foresee", "bulou.command.stock.covering.foresee", "stock"),
    Page("stock/transfers", "stock-transfers", "bulou.command.stock.transfers.listed", "board"),
    Page("stock/transfers/<transfer>", "stock-transfer", "bulou.command.stock.transfers.one", "board"),
    Page("stock/note/<transfer>", "stock-note", "bulou.command.stock.transfers.note", "board"),
    Page("stock/undo", "stock-undo", "bulou.command.stock.acting.take_back", "stock"),
    Page("stock/goods", "goods", "bulou.command.stock.goods.listed", "board"),
    Page("stock/goods/new", "good-new", "bulou.command.stock.goods.new", "stock"),
    Page("stock/goods/import", "good-import", "bulou.command.stock.importing.goods", "stock"),
    Page("stock/goods/<good>", "good", "bulou.command.stock.goods.sheet", "board"),
    Page("stock/goods/<good>/edit", "good-edit", "bulou.command.stock.goods.edit", "stock"),
    Page("stock/goods/<good>/act", "good-act", "bulou.command.stock.goods.act", "stock"),
    Page("stock/<store>", "stock-store", "bulou.command.stock.pages.store", "board"),
    Page("stock/<store>/act", "stock-act", "bulou.command.stock.acting.act", "stock"),
    Page("stock/<store>/import", "stock-import", "bulou.command.stock.importing.page", "stock"),
)  # fmt: skip

ROOM = Room(
    "relief", "保供", "relief", duties=(REQUEST, PARCEL, vocabulary.SHORTAGE, SUPPLY, OUTREACH, TREATMENT, MEDICINE),
    works=(REQUESTS, PARCELS, shortages.SHORTAGES, SUPPLIES, CALLS, TREATMENTS, MEDICINES), entries=entries.ENTRIES,
    standings=vocabulary.STANDINGS,
    abilities=(KEEP,), pages=PAGES, units=(STORE,),
)  # fmt: skip
