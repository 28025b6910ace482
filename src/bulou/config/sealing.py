"""Seals what came in, every hour of the ledger's clock, while an installation is served."""

import os
from contextlib import AbstractContextManager

from cryptography.exceptions import UnsupportedAlgorithm

from bulou.config.connections import Urls
from bulou.config.data_folder import Folder
from bulou.config.periodic import every

#: How often the clock is looked at; that of an exercise runs faster.
SECONDS = 15.0


def alias(urls: Urls) -> str:
    """The connection by which seals are made and read: the owner's where it is known."""
    return "owner" if urls.owner else "default"


def seal(data: str | os.PathLike[str], urls: Urls, all_of_it: bool = False, only_when_due: bool = False) -> int:
    """Seal what no seal holds yet; return how many seals that made."""
    from django.db import connections

    from bulou.ledger import clock
    from bulou.ledger import seal as ledger_seal
    from bulou.ledger.seal_key import Signer

    using, now = alias(urls), clock.now()
    try:
        if only_when_due and not ledger_seal.is_due(now, using):
            return 0
        return len(ledger_seal.make(now, Signer.open(data), using, all_of_it))
    finally:
        connections[using].close()  # a connection is this thread's own, and an hour is long


def hourly(folder: Folder, urls: Urls) -> AbstractContextManager[None]:
    """Seal within the block whenever another hour has begun."""
    from django.db import Error

    def look() -> None:
        seal(folder.path, urls, only_when_due=True)

    return every(SECONDS, look, "seal", (Error, OSError, ValueError, UnsupportedAlgorithm))
