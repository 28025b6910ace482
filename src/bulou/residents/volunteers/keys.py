"""Codes of posters and of own pages: made, found, ended. What is stored of a code is a keyed digest."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from bulou.ledger.statements import statements
from bulou.residents import rules as codes
from bulou.residents.volunteers import rules
from bulou.residents.volunteers.models import Key, Poster
from bulou.ui.figures import rows

SQL = statements(__package__, "volunteers")


@dataclass(frozen=True, slots=True)
class Own:
    """Whose page a key opens: of a sign-up, of somebody of the forces, or of both."""

    id: int
    area: int
    application: int | None
    member: int | None
    digest: bytes


def digest(code: str) -> bytes:
    """Return what is kept of a code: a digest keyed by the installation's secret."""
    return salted_hmac("bulou.residents.volunteers", code, algorithm="sha256").digest()


def poster(area: int, by: str, now: datetime) -> tuple[Poster, str]:
    """Make a poster of an area; those of the area before it end. Return it with its code, which is nowhere else."""
    code = codes.code(secrets.randbits(50))
    with transaction.atomic():
        end_posters(area, by, now)
        made = Poster.objects.create(
            area=area, digest=digest(code), made_at=now, made_by=by, until=now + rules.POSTER_LASTS
        )
    return made, code


def end_posters(area: int, by: str, now: datetime) -> int:
    """End the posters of an area; return how many held."""
    held = Poster.objects.filter(area=area, ended_at=None, until__gt=now)
    return held.update(ended_at=now, ended_by=by)


def key(area: int, application: int | None, member: int | None, now: datetime) -> str:
    """Make a key of somebody's own page; the one before ends. Return its code, which is nowhere else."""
    code = codes.code(secrets.randbits(50))
    with transaction.atomic():
        end_keys(application, member, now)
        Key.objects.create(
            area=area, digest=digest(code), application_id=application, member_id=member, made_at=now,
            until=now + rules.KEY_LASTS,
        )  # fmt: skip
    return code


def end_keys(application: int | None, member: int | None, now: datetime) -> None:
    """End the keys of a sign-up, of somebody of the forces, or of both."""
    for name, number in (("application_id", application), ("member_id", member)):
        if number is not None:
            Key.objects.filter(ended_at=None, **{name: number}).update(ended_at=now)


def find_poster(code: str, now: datetime) -> tuple[int, int] | None:
    """Return (poster, its area) of a code, None for every other."""
    found = _found("poster", code, now)
    return (found[0][0], found[0][1]) if found else None


def find_key(code: str, now: datetime) -> Own | None:
    """Return whose page a code opens, None for every other."""
    found = _found("key", code, now)
    return Own(*found[0], digest(codes.read(code))) if found else None


def _found(what: str, code: str, now: datetime) -> list[tuple[int, ...]]:
    """Look a code up: the same work for those that were never made and for those that ended."""
    wanted = digest(codes.read(code) or "-")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SQL["name_code"], {"digest": wanted.hex()})
        return rows(SQL[what], digest=wanted, now=now)
