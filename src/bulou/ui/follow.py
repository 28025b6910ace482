"""What follows for a kind of duty when a list of zones is published: declared by the room that has the kind.

Rooms do not know each other: the one that closes areas says that it did, the one that supplies them says what it owes
then. ``command.following`` brings the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Follow:
    """What is owed, or ended, once a list is published.

    ``when``: "closed": each area that the list closes owes one, opened with the kind's own opening step as soon as the
    list is published, ``count`` names the field that takes the number of its households; "freed": what is still there
    of the kind in areas that the list frees is ended, by whoever is asked. ``zh``, ``en``: what it is, with "{n}".
    ``acts``: of "freed", by stage the act and what its form says; ``value``: the value that a duty has which counts
    ("": any), of those that are done; ``until``: the field that says when one ends by itself.
    """

    when: str
    zh: str
    en: str
    count: str = ""
    acts: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    value: str = ""
    until: str = ""
