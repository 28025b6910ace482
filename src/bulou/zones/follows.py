"""What lies above zones tells a publication page what follows, and does it when a list is published.

Zones know neither supplies nor work lists: a floor above registers one ``Follower`` when the application starts
(``command.following``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bulou.zones.consequences import Levels


@dataclass(frozen=True, slots=True)
class Published:
    """A list, and the one before. ``at``: when it was published, None of a draft."""

    street: int
    before: Levels
    now: Levels
    at: datetime | None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that follows. ``text``: what and how many; ``state``: how far it is; ``href``: where it is worked on.

    ``call``: what the button says that does it, "" where nothing is left; ``confirm``: what is asked first; ``undo``:
    the act that can still be taken back, "" for none.
    """

    name: str
    text: str
    n: int
    state: str = ""
    tone: str = "plain"
    href: str = ""
    call: str = ""
    confirm: str = ""
    undo: str = ""
    where: list[tuple[int, int]] = field(default_factory=list)


class Follower(Protocol):
    """What a floor above offers."""

    def rows(self, request: Any, one: Published, now: datetime) -> list[Row]:
        """Return what follows from a list."""
        ...

    def post(self, request: Any, one: Published, now: datetime) -> int:
        """Do what is owed at once; return how many duties were opened."""
        ...

    def act(self, request: Any, one: Published, name: str, act: str, now: datetime) -> str:
        """Do one thing that follows, or take it back; return the sentence of what was done.

        Raises:
            ValueError: it cannot be; its text is the sentence why.
        """
        ...


#: At most one; filled while the application starts.
FOLLOWERS: list[Follower] = []


def register(one: Follower) -> None:
    """Take it in, once."""
    if not any(type(known) is type(one) for known in FOLLOWERS):
        FOLLOWERS.append(one)


def rows(request: Any, one: Published, now: datetime) -> list[Row]:
    """Return what follows from a list."""
    return [row for follower in FOLLOWERS for row in follower.rows(request, one, now)]


def post(request: Any, one: Published, now: datetime) -> int:
    """Do what is owed at once when a list is published."""
    return sum(follower.post(request, one, now) for follower in FOLLOWERS)
