"""Has text messages go out while an installation is served, where a gateway is set (``notices.sending``)."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from bulou.config.periodic import every

#: How often it is looked; one statement where nothing is due.
SECONDS = 5.0


def sent() -> AbstractContextManager[None]:
    """Send what is due within the block."""
    from django.conf import settings
    from django.db import Error

    if not settings.SMS_URL:
        return nullcontext()

    def look() -> None:
        from django.db import connections

        from bulou.ledger import clock
        from bulou.notices import gateway, sending

        try:
            sending.step(gateway.http(settings.SMS_URL, settings.SMS_KEY), clock.now())
        finally:
            connections["default"].close()  # a connection is this thread's own, and a night is long

    return every(SECONDS, look, "text messages", (Error, OSError, RuntimeError))
