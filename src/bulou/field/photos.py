"""``POST /field/photos/DIGEST``: a photo that an entry of the device names, piece by piece.

The entry comes first, as every other does; in it stands the digest of the photo as the phone keeps it. So only what the
ledger already knows of is taken, under the duty that the entry speaks of, and its content is what was reported. An
answer says how many bytes are there: a sender that broke off asks with an empty piece and goes on from there.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request

from bulou.field.problems import Problem
from bulou.ledger import clock
from bulou.ledger.journals import Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui.attachments import actions, arriving
from bulou.ui.attachments.about import ABOUT, SQL
from bulou.ui.attachments.models import Photo
from bulou.ui.attachments.pictures import MOST_BYTES, NotAPhoto
from bulou.ui.figures import rows
from bulou.ui.room import works

DIGEST = re.compile("[0-9a-f]{64}")
#: Most bytes of a piece. A phone begins with less, so that a weak line brings something home too.
PIECE = 2**20


class PhotoAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """How much of a photo has arrived, and whether it is among the photos of its duty."""

    held: int
    done: bool


class Piece(msgspec.Struct, frozen=True):
    """Which photo of which entry a piece is of; where it begins and how large the whole is, in bytes."""

    digest: str
    entry: int
    offset: int
    size: int


def asked(request: Request) -> Piece:
    """Return what an address says.

    Raises:
        Problem: 404 no digest; 422 a number that is none; 415 larger than a photo may be.
    """
    digest = request.path_params["digest"]
    if not DIGEST.fullmatch(digest):
        raise Problem(404)
    numbers = []
    for name in ("entry", "offset", "size"):
        text = request.query_params.get(name, "")
        if not (text.isascii() and text.isdecimal() and len(text) < 16):
            raise Problem(422, name, text[:20])
        numbers.append(int(text))
    piece = Piece(digest, *numbers)
    if not 0 < piece.size <= MOST_BYTES:
        raise Problem(415, "size", piece.size)
    return piece


def take(journal: Journal, piece: Piece, content: bytes) -> PhotoAnswer:
    """Take a piece; with the last one the photo is put to its duty. Asked again it answers the same.

    Raises:
        Problem: 416 no entry of the device that counts names the photo; 415 it is none; 429 too many are on their way.
    """
    about, area = _declared(journal.id, piece)
    with scoped(EVERYWHERE):  # what was given to a device may lie outside its areas
        if Photo.objects.filter(about=about, source=piece.digest).exists():
            arriving.forget(journal.id, piece.digest)
            return PhotoAnswer(piece.size, True)
        try:
            held = arriving.add(journal.id, piece.digest, piece.offset, content, piece.size)
            if held < piece.size:
                return PhotoAnswer(held, False)
            whole = arriving.take(journal.id, piece.digest)
            by = f"{journal.name} #{journal.id}"
            actions.arrived(whole, piece.digest, area, about, by, clock.now())
        except arriving.TooMany:
            raise Problem(429) from None
        except (arriving.Broken, NotAPhoto) as why:
            arriving.forget(journal.id, piece.digest)
            raise Problem(415, "digest" if isinstance(why, arriving.Broken) else str(why)) from None
    arriving.forget(journal.id, piece.digest)
    return PhotoAnswer(piece.size, True)


def _declared(journal: int, piece: Piece) -> tuple[str, int]:
    """Return what a photo is of, as photos name it, and where that lies.

    Raises:
        Problem: 416, see ``take``.
    """
    with scoped(EVERYWHERE):
        found = rows(SQL["declared"], journal=journal, number=piece.entry)
    for campaign, code, subject, occasion, area, raw in found:
        said: dict[str, Any] = msgspec.json.decode(bytes(raw))
        kind = REGISTRY.by_code.get(code)
        work = works().get(kind.name) if kind else None
        steps = [step for step in work.steps if step.name == said["kind"]] if work and work.name in ABOUT else []
        named = [
            digest for step in steps for one in step.fields if one.type == "photo"
            for digest in said["body"].get(one.name) or ()
        ]  # fmt: skip
        if piece.digest in named and work:
            return f"{work.name}.{campaign}.{subject}.{occasion}", area
    raise Problem(416, "entry", piece.entry)
