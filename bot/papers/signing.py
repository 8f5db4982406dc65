"""A document as a small signed file: what we wrote, in words, with an Ed25519 signature over it that anybody can check.

The signature is over the canonical JSON of all that stands beside it. The key is the operator's, in a file of its own;
one that was replaced stays there below the new one, so that what it signed is genuine for ever.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from bot.core import ParleyError
from bot.papers.rendering import Frozen
from bot.papers.sheet import Sheet

FORMAT = "parley-document-1"
LARGEST = 256 * 1024
"""Bytes of a file that is looked at; ours are some 10 kB."""
_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n?", re.DOTALL)
Why = Literal["", "not_a_document", "other_key", "changed"]


class NoKey(ParleyError):
    """There is no signing key, or the file holds none."""


class Signed(msgspec.Struct, frozen=True):
    """All that is signed. `sha256` is the fingerprint that page and PDF show; `at` is in ISO, UTC."""

    format: str
    issuer: str
    kind: str
    number: str
    revision: int
    at: str
    sha256: str
    sheets: dict[str, Sheet]


class _File(msgspec.Struct, frozen=True):
    document: dict[str, object]
    key: str
    signature: str


class _Key(msgspec.Struct, frozen=True):
    public_key: str


class _Page(msgspec.Struct, frozen=True):
    keys: list[_Key]


@dataclass(frozen=True)
class Verdict:
    """Whether a file is genuine, what it says, and why not."""

    document: Signed | None
    why: Why = ""

    @property
    def is_genuine(self) -> bool:
        return self.document is not None


@dataclass(frozen=True)
class Keys:
    """The first signs; all of them verify."""

    own: tuple[Ed25519PrivateKey, ...]

    @property
    def public(self) -> dict[str, Ed25519PublicKey]:
        """By id, the one in use first."""
        return {key_id(one.public_key()): one.public_key() for one in self.own}

    def published(self, issuer: str) -> dict[str, object]:
        """What stands at the well-known address."""
        keys = [
            {"id": name, "algorithm": "Ed25519", "public_key": _text(_raw(key))} for name, key in self.public.items()
        ]
        return {"format": FORMAT, "issuer": issuer, "keys": keys}

    def signed(self, frozen: Frozen, issuer: str) -> bytes:
        """The file. The same document and key give the same bytes."""
        document = Signed(
            FORMAT, issuer, frozen.kind, frozen.number, frozen.revision, frozen.at.isoformat(), frozen.sha256,
            dict(frozen.sheets),
        )  # fmt: skip
        plain = msgspec.to_builtins(document)
        signature = _text(self.own[0].sign(_canonical(plain)))
        whole = _File(plain, key_id(self.own[0].public_key()), signature)
        return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def load(path: Path) -> Keys:
    """Raises NoKey."""
    try:
        found = [load_pem_private_key(one, None) for one in _PEM.findall(path.read_bytes())]
    except (OSError, ValueError) as error:
        raise NoKey(f"no signing key can be read from {path}") from error
    own = tuple(one for one in found if isinstance(one, Ed25519PrivateKey))
    if not own:
        raise NoKey(f"no Ed25519 key stands in {path}")
    return Keys(own)


def make_key(path: Path, *, replace: bool = False) -> str:
    """Writes a new key, readable by its owner only; returns its id. `replace` puts it above those that are there.

    Raises FileExistsError when there is one and it is not to be replaced.
    """
    before = path.read_bytes() if path.exists() else b""
    if before and not replace:
        raise FileExistsError(path)
    made = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    beside.touch(0o600)
    beside.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + before)
    beside.replace(path)
    return key_id(made.public_key())


def key_id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(_raw(key)).hexdigest()[:16]


def read_published(raw: bytes) -> dict[str, Ed25519PublicKey]:
    """The keys of a well-known page, as another installation reads them. Raises NoKey."""
    try:
        page = msgspec.json.decode(raw, type=_Page)
        found = [
            Ed25519PublicKey.from_public_bytes(base64.b64decode(one.public_key, validate=True)) for one in page.keys
        ]
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise NoKey("these are no published keys") from error
    return {key_id(one): one for one in found}


def verify(raw: bytes, keys: Mapping[str, Ed25519PublicKey]) -> Verdict:
    """Whether this file is what the owner of one of these keys wrote, to the letter."""
    try:
        given = msgspec.json.decode(raw[: LARGEST + 1], type=_File)
        signature = base64.b64decode(given.signature, validate=True)
        document = msgspec.convert(given.document, Signed)
    except (msgspec.DecodeError, msgspec.ValidationError, binascii.Error, ValueError, RecursionError):
        return Verdict(None, "not_a_document")
    if document.format != FORMAT:
        return Verdict(None, "not_a_document")
    key = keys.get(given.key)
    if key is None:
        return Verdict(None, "other_key")
    try:
        key.verify(signature, _canonical(given.document))
    except (InvalidSignature, UnicodeEncodeError):
        return Verdict(None, "changed")
    return Verdict(document)


def _canonical(document: object) -> bytes:
    return msgspec.json.encode(document, order="sorted")


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
