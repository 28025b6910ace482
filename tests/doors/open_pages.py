"""Open pages for tests: browsers that ask for parts of them, and a clock to ask by."""

from django.contrib.auth.models import User
from django.test import Client


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Heard:
    """What the database tells of people's access, by hand; of the ledger nothing is known."""

    now = None

    def __init__(self) -> None:
        self.ends: int | None = 1

    def latest(self, areas: tuple[int, ...]) -> None:
        """Return that nothing is known."""


def signed_in(name: str) -> Client:
    """Return the browser of a user with a page open."""
    browser = Client(headers={"X-Bulou-Part": "live"})
    browser.force_login(User.objects.get(username=name))
    return browser
