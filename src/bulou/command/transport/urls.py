"""Addresses of the boards of transfers."""

from django.urls import path

from bulou.command.transport import again, trips, waiting

urlpatterns = [
    path("transfers/waiting", waiting.page, name="transfers-waiting"),
    path("transfers/trips", trips.page, name="transfers-trips"),
    path("transfers/trips/again", again.page, name="transfers-again"),
    path("transfers/trips/send", trips.send, name="transfers-send"),
    path("transfers/trips/undo", trips.take_back, name="transfers-undo"),
]
