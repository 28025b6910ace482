"""What the processes write down about themselves: one JSON object a line, or a plain line on a terminal.

No line holds what names a person or opens a door. Three rules see to it, whatever a library does:

- of an error only its kind, its SQLSTATE and its place in our code are told, never its message or its values;
- a message of a library is told without the values put into it;
- of the fields that our own code adds, those in ``FIELDS`` are told and no other.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

from bulou.config.environment import read

#: Which process this is; the entry points of door and desk set it.
process = "bulou"
#: Facts of a request: numbers, words of our own, and the template of an address instead of the address.
FIELDS = ("request", "method", "route", "status", "ms", "journal", "entries")
LONGEST = 300


def message(record: logging.LogRecord) -> str:
    """Return what a record says, without values that a library put in."""
    own = record.name.split(".")[0] == "bulou"
    return record.getMessage()[:LONGEST] if own else str(record.msg)[:LONGEST]


def fault(record: logging.LogRecord) -> str | None:
    """Return the kind and place of a record's error: "IntegrityError 23505 at posting.py:88 in _post"."""
    if not record.exc_info or record.exc_info[1] is None:
        return None
    error = record.exc_info[1]
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame for frame in frames if "bulou" in frame.filename] or frames
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    kind = f"{type(error).__name__} {state}" if state else type(error).__name__
    if not places:
        return kind
    file = places[-1].filename.replace("\\", "/").rpartition("/")[2]
    return f"{kind} at {file}:{places[-1].lineno} in {places[-1].name}"


def said(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of a line in their order."""
    at = datetime.fromtimestamp(record.created, UTC)
    line = {
        "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "process": process,
        "from": record.name,
        "message": message(record),
    }
    line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None and _plain(value)}
    if (told := fault(record)) is not None:
        line["fault"] = told
    return line


def _plain(value: object) -> bool:
    """Tell whether a field is a number or a word; Django hangs the whole request on a record of its own."""
    return isinstance(value, str | int | float)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return msgspec.json.encode(said(record)).decode()


class PlainLines(logging.Formatter):
    """The same for people: time, level, where from, what, and the fields behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line = said(record)
        head = f"{line.pop('time')} {line.pop('level').upper()} {line.pop('process')} {line.pop('from')}:"
        return " ".join([head, line.pop("message"), *(f"{name}={value}" for name, value in line.items())])


def settings() -> dict[str, Any]:
    """Return Django's LOGGING: as BULOU_LOG says, else JSON unless a person looks on.

    What no line tells is not looked up for each either: the caller's frame, the thread, the process (the library's own
    advice on optimization).
    """
    logging._srcfile = None  # type: ignore[attr-defined]
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = logging.logAsyncioTasks = False
    form = read("BULOU_LOG") or ("text" if sys.stderr.isatty() else "json")
    formatter = "JsonLines" if form == "json" else "PlainLines"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"bulou.config.logs.{formatter}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "bulou.requests": {"level": "INFO"},
            # Each request has its own line with the address's template; Django's would hold the address itself.
            "django.request": {"level": "ERROR"},
            # It tells of every wrong try, which the figures count; a mistyped name can be a password.
            "axes": {"level": "ERROR"},
            # Django adds handlers of its own to these two: mail to administrators, lines for the developer's server.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
