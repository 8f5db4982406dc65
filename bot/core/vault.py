"""What is kept sealed under the secret key, and only for as long as it is needed: a creditor's file, a link under way."""

from __future__ import annotations

import hashlib
import secrets
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.core.errors import ParleyError

_NONCE = 12


class OtherKey(ParleyError):
    """It was sealed under another secret key than the one that is set now."""


def seal(secret: str, content: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, zlib.compress(content, 3), None)


def unseal(secret: str, sealed: bytes) -> bytes:
    """Raises OtherKey."""
    try:
        return zlib.decompress(AESGCM(_key(secret)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None))
    except InvalidTag:
        raise OtherKey("it was stored under another PARLEY_SECRET_KEY") from None


def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"parley files").digest()
