"""Addresses of the pages of shops."""

from django.urls import path

from bulou.zones.shops import acting, pages

urlpatterns = [
    path("shops", pages.listed, name="shops"),
    path("shops/act", acting.act, name="shop-act"),
    path("shops/order", acting.order, name="shop-order"),
    path("shops/undo", acting.take_back, name="shop-undo"),
    path("shops/open", pages.open_now, name="shops-open"),
    path("shops/<int:unit>", pages.sheet, name="shop"),
]
