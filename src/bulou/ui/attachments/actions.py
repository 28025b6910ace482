"""What is done to photos: added, those that are none named; taken away with a reason; gone when their time is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.attachments import store
from bulou.ui.attachments.about import SQL
from bulou.ui.attachments.models import Photo
from bulou.ui.attachments.pictures import MOST_BYTES, NotAPhoto, Picture, picture_of
from bulou.ui.figures import rows

#: Most photos of one thing; how long they are kept: house rules.
MOST, KEPT = 60, timedelta(days=365)
#: Who takes away what is over.
HOUSE = "bulou"


class Refusal(ValueError):
    """Why it was not done, as a sentence."""


def add(
    files: Sequence[Any], area: int, about: str, by: str, now: datetime, part: str = ""
) -> tuple[list[Photo], list[str]]:
    """Add photos to something; return those that are there now, and for each that is none a sentence that names it.

    What was there already stays as it is: a form that is sent twice adds nothing.

    Parameters:
        files: as a form brought them, each with name, size in bytes and ``read``.
    """
    taken: list[Photo] = []
    wrong: list[str] = []
    there = Photo.objects.filter(about=about, removed_at=None).count()
    for file in files:
        name = (file.name or "")[-60:]
        if there + len(taken) >= MOST:
            wrong.append(_("“%(name)s”没有收：最多%(n)s张照片。") % {"name": name, "n": MOST})
            continue
        try:
            picture = picture_of(file.read() if (file.size or 0) <= MOST_BYTES else b"x" * (MOST_BYTES + 1))
        except NotAPhoto as why:
            wrong.append(_("“%(name)s”没有收：%(why)s") % {"name": name, "why": reason(str(why))})
            continue
        taken.append(_kept(picture, area, about, by, now, part))
    expire(now)
    return taken, wrong


def arrived(content: bytes, source: str, area: int, about: str, by: str, now: datetime) -> Photo:
    """Add a photo that a phone has sent whole; one that is there already stays as it is.

    Parameters:
        source: the digest by which the phone's entry names it.

    Raises:
        NotAPhoto: as ``picture_of``, or "many": so many photos does one thing have at most.
    """
    there = Photo.objects.filter(about=about, removed_at=None)
    if (known := there.filter(source=source).first()) is not None:
        return known
    if there.count() >= MOST:
        raise NotAPhoto("many")
    return _kept(picture_of(content), area, about, by, now, source=source)


def _kept(picture: Picture, area: int, about: str, by: str, now: datetime, part: str = "", source: str = "") -> Photo:
    photo, _made = Photo.objects.get_or_create(
        about=about, part=part, digest=store.keep(picture), removed_at=None,
        defaults={
            "area": area, "size": len(picture.content), "width": picture.width, "height": picture.height, "by": by,
            "at": now, "keep_until": now + KEPT, "source": source,
        },
    )  # fmt: skip
    return photo


def reason(code: str) -> str:
    """Return why a file is no photo."""
    return {
        "empty": _("文件是空的。"),
        "large": _("文件超过%(n)s MB。") % {"n": MOST_BYTES >> 20},
        "pixels": _("图片尺寸太大。"),
        "kind": _("不是照片（应为 JPEG、PNG 或 WebP）。"),
        "broken": _("照片已损坏，打不开。"),
    }[code]


def also(photos: Iterable[Photo], about: str, area: int) -> None:
    """Have photos belong to something else besides."""
    for one in photos:
        Photo.objects.get_or_create(
            about=about, part="", digest=one.digest, removed_at=None,
            defaults={
                "area": area, "size": one.size, "width": one.width, "height": one.height, "by": one.by, "at": one.at,
                "keep_until": one.keep_until,
            },
        )  # fmt: skip


def remove(
    photo: Photo, why: str, by: str, may: Callable[[str, int], bool], need: Sequence[str], now: datetime
) -> None:
    """Take a photo away: whoever added it, or who may add one there, with a reason that stays.

    Raises:
        Refusal: not the user's to take away, no reason, or it is gone already.
    """
    if photo.by != by and not any(may(one, photo.area) for one in need):
        raise Refusal(_("您的角色不能删除这里的照片。"))
    if not why.strip():
        raise Refusal(_("请填写原因。"))
    changed = Photo.objects.filter(pk=photo.pk, removed_at=None).update(
        removed_at=now, removed_by=by, removed_why=why.strip()[:200]
    )
    if not changed:
        raise Refusal(_("这张照片已经删除。"))
    _forget([photo.digest])


def expire(now: datetime) -> int:
    """Remove what has been kept long enough, wherever it lies; return how many. It happens whenever one is added."""
    with scoped(EVERYWHERE):
        over = [digest for (digest,) in rows(SQL["over"], now=now, by=HOUSE, why="over")]
    if over:
        _forget(over)
    return len(over)


def _forget(digests: list[str]) -> None:
    """Remove the pictures that no photo has any more, once the record says so."""
    with scoped(EVERYWHERE):
        wanted = {digest for (digest,) in rows(SQL["wanted"], digests=digests)}
    for digest in set(digests) - wanted:
        transaction.on_commit(lambda digest=digest: store.forget(digest))


def look(photo: int, by: str, now: datetime) -> None:
    """Record that somebody was shown a photo."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["look"], {"photo": photo, "by": by, "now": now})
