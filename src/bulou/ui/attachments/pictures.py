"""A photo as it is kept: known by its content, set upright, made smaller, stripped of all that is not the picture."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

#: What a camera or a screen writes.
FORMATS = ("JPEG", "PNG", "WEBP")
#: Most bytes of a file, most pixels of a picture; longest edge of what is kept and of its small form, in pixels.
MOST_BYTES, MOST_PIXELS, EDGE, SMALL = 15 << 20, 60_000_000, 1920, 320
QUALITY = 82


class NotAPhoto(ValueError):
    """Why a file is not taken: the code of a sentence."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept: JPEG without metadata, its small form, and its size in pixels."""

    content: bytes
    small: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """The address of the content: SHA-256 in hex."""
        return hashlib.sha256(self.content).hexdigest()


def picture_of(content: bytes) -> Picture:
    """Read a file as a photo.

    The picture is written anew from its pixels, so that neither place nor camera nor anything hidden behind it is kept.
    The same file gives the same digest.

    Raises:
        NotAPhoto: "empty", "large", "pixels", "kind" or "broken".
    """
    if not content:
        raise NotAPhoto("empty")
    if len(content) > MOST_BYTES:
        raise NotAPhoto("large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes we decide ourselves, below; of odd metadata, which goes
            with Image.open(BytesIO(content), formats=FORMATS) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise NotAPhoto("pixels")
                image = _plain(ImageOps.exif_transpose(found))
    except NotAPhoto:
        raise
    except UnidentifiedImageError:
        raise NotAPhoto("kind") from None
    except Exception:  # a decoder fails in as many ways as a file can be broken
        raise NotAPhoto("broken") from None
    image.thumbnail((EDGE, EDGE))
    small = image.copy()
    small.thumbnail((SMALL, SMALL))
    return Picture(_jpeg(image), _jpeg(small), image.width, image.height)


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels alone, on white where the picture is transparent."""
    if image.mode in ("RGBA", "LA", "PA", "P"):
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
