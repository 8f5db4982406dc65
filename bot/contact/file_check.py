"""What somebody sends as a photo or a file is what its bytes say, never what it is called.

A picture is drawn anew, upright and at most so large: what hid in it (a place, a script, a bomb) is gone. A PDF and a
voice note are kept as they came, and only ever handed out as a download.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

LARGEST = 8 * 1024 * 1024
"""Bytes of one file as it comes."""
_SIDE = 2400
"""Pixels of the longer side that is kept: a receipt is still read."""
_PIXELS = 50_000_000
_PICTURES = ("JPEG", "PNG", "WEBP", "GIF")
_BEGINNINGS = {
    b"OggS": ("audio/ogg", "ogg"), b"#!AMR": ("audio/amr", "amr"), b"ID3": ("audio/mpeg", "mp3"),
    b"\xff\xfb": ("audio/mpeg", "mp3"), b"\xff\xf3": ("audio/mpeg", "mp3"),
}  # fmt: skip


class NotKept(ValueError):
    """Why a file is not kept: `too_large` or `unknown`."""


@dataclass(frozen=True)
class Checked:
    """What is kept of it. `ending` is of the name under which it is handed out."""

    kind: str
    ending: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check(raw: bytes) -> Checked:
    """Raises NotKept."""
    if len(raw) > LARGEST:
        raise NotKept("too_large")
    if raw.startswith(b"%PDF-") and b"%%EOF" in raw[-2048:]:
        return Checked("application/pdf", "pdf", raw)
    for beginning, (kind, ending) in _BEGINNINGS.items():
        if raw.startswith(beginning):
            return Checked(kind, ending, raw)
    if raw[4:11] == b"ftypM4A":
        return Checked("audio/mp4", "m4a", raw)
    return _picture(raw)


def _picture(raw: bytes) -> Checked:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_PICTURES) as opened:
                if opened.width * opened.height > _PIXELS:
                    raise NotKept("too_large")
                opened.draft("RGB", (_SIDE, _SIDE))
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((_SIDE, _SIDE))
                return Checked("image/jpeg", "jpg", _drawn(upright))
    except NotKept:
        raise
    except Exception as error:  # a decoder may raise anything over bytes that were made to break it
        raise NotKept("unknown") from error


def _drawn(picture: Image.Image) -> bytes:
    """On white where it was see-through."""
    plain = Image.new("RGB", picture.size, "white")
    clear = picture.convert("RGBA")
    plain.paste(clear, mask=clear.getchannel("A"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
