"""The field door as an ASGI application, with Django loaded first."""

from bulou.config.database import setup

setup()

from bulou.field.door import app  # noqa: E402

__all__ = ["app"]
