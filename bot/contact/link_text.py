"""Links of ours in a text, as the database keeps them.

Each secret is its hash, as payments and agreements keep it, and beside it sealed under PARLEY_SECRET_KEY for as long as
the text may have to be sent or shown again: whoever has the database alone has no link.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import sqlalchemy as sa

from bot.core import secret_key, vault

_LINK = re.compile(r"(/[pac]/)([\w-]{16,})(?![\w:-])")
_HASH = "sha256:"
_SEALED = re.compile(rf"(/[pac]/)({_HASH}[0-9a-f]{{64}})~([\w-]+)")
_LOST = re.compile(rf"/[pac]/{_HASH}[0-9a-f]{{64}}")


class LinkText(sa.types.TypeDecorator[str]):
    """Sealed on the way into the database and opened on the way out. Its hash can be searched for, its secret cannot."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else _LINK.sub(_sealed, value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else opened(value)


def opened(text: str) -> str:
    """A text as it lies in the database, with its links; those that were sealed under another key stay hashes."""
    return _SEALED.sub(_opened, text)


def without_links(text: str) -> str:
    """Each secret replaced by its hash."""
    return _LINK.sub(lambda found: f"{found[1]}{_HASH}{hash_of(found[2])}", text)


def lacks_link(text: str) -> bool:
    """Whether a link was taken out of it, or was sealed under another key: it is not to be sent."""
    return _LOST.search(text) is not None


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _sealed(found: re.Match[str]) -> str:
    sealed = urlsafe_b64encode(vault.seal(secret_key(), found[2].encode())).decode().rstrip("=")
    return f"{found[1]}{_HASH}{hash_of(found[2])}~{sealed}"


def _opened(found: re.Match[str]) -> str:
    try:
        sealed = urlsafe_b64decode(found[3] + "=" * (-len(found[3]) % 4))
        return found[1] + vault.unseal(secret_key(), sealed).decode()
    except vault.OtherKey:
        return found[1] + found[2]
