"""A result that is contested: a swab in a tube of its own is owed at once, and the move waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bulou.ledger.areas import found_id
from bulou.ledger.effects import Entry, Key, Line
from bulou.ledger.vocabulary import REGISTRY, Act, Authority, Mark

#: What is owed in the round of the result, and the word that stands on the transfer meanwhile.
RETEST, CONTESTED = "retest", "contested"


def asked(entry: Entry, _body: Any, key: Key) -> Iterator[Line]:
    """The second test, beside those there are; and the word that keeps vehicles away until somebody settles it."""
    test = Key(key.campaign, REGISTRY.duties[RETEST].code, key.subject, found_id(entry.journal, entry.number))
    yield Line(Act.OWE, test, entry.area, authority=Authority.PLACE)
    yield Line(Act.MARK, key, entry.area, mark=Mark.REFUSED, reason=CONTESTED, authority=Authority.PLACE)
