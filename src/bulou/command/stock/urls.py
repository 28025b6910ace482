"""Addresses of the pages of stock."""

from django.urls import path

from bulou.command.stock import acting, covering, goods, importing, pages, transfers

urlpatterns = [
    path("stock", pages.listed, name="stock"),
    path("stock/cover", covering.page, name="stock-cover"),
    path("stock/foresee", covering.foresee, name="stock-foresee"),
    path("stock/transfers", transfers.listed, name="stock-transfers"),
    path("stock/transfers/<int:transfer>", transfers.one, name="stock-transfer"),
    path("stock/note/<int:transfer>", transfers.note, name="stock-note"),
    path("stock/undo", acting.take_back, name="stock-undo"),
    path("stock/goods", goods.listed, name="goods"),
    path("stock/goods/new", goods.new, name="good-new"),
    path("stock/goods/import", importing.goods, name="good-import"),
    path("stock/goods/<int:good>", goods.sheet, name="good"),
    path("stock/goods/<int:good>/edit", goods.edit, name="good-edit"),
    path("stock/goods/<int:good>/act", goods.act, name="good-act"),
    path("stock/<int:store>", pages.store, name="stock-store"),
    path("stock/<int:store>/act", acting.act, name="stock-act"),
    path("stock/<int:store>/import", importing.page, name="stock-import"),
]
