"""The field door as an ASGI application, with Django loaded first."""

from bulou.config import logs
from bulou.config.database import setup

logs.process = "door"
setup()

from bulou.field.asgi import app  # noqa: E402

__all__ = ["app"]
