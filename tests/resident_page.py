"""What tests of the resident's page share: the settings of its process, a browser, a card at a door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings

from bulou.config import residents_settings
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.scope import scoped
from bulou.places.models import Person
from bulou.residents import cards
from tests import cast

LI, ZHOU = 42, 43  # households of the cast


@contextmanager
def public() -> Iterator[Client]:
    """Serve the resident's page as its own process does."""
    own = {name: getattr(residents_settings, name) for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES")}
    with override_settings(**own):
        yield Client()


def hang(*households: int, area: int = cast.NO_1) -> dict[int, str]:
    """Make cards for households of a building; return their codes."""
    with scoped((span(area),)):
        doors = [home for home in cards.homes(area) if home.id in households]
        return cards.make(doors, "street", clock.now())


def known(name: str, phone: str = "13800001234", year: int = 1970) -> int:
    """Give somebody of the cast a telephone, as the second fact asks for it."""
    person = cast.PERSONS[name].id
    with scoped((span(cast.DISTRICT),)):
        Person.objects.filter(pk=person).update(phone=phone, birth_year=year)
    return person


def text(answer: HttpResponse) -> str:
    return answer.content.decode()
