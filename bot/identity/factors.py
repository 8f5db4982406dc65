"""What a person knows, in the only forms in which it is ever kept.

A date of birth is one of 30,000 and a postcode one of 40,000: no hash is slow enough to hide them from
somebody who has the database. What hides them is the secret key, which is not in it: everything is an HMAC
under that key first (`Token`). Argon2id with a salt stands behind it, cheap (about 1 ms), so that equal
answers do not look equal and a leaked key alone does not give a table of everybody at once.

A file of 100,000 people cannot wait for 200,000 of those: a factor comes in under a salt of its own (`fresh`), and
the worker puts Argon2id around that within minutes (`slowed`).
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import date
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.core import network as networks
from bot.identity.model import Answers, Factor

Token = NewType("Token", str)
"""Hex of HMAC-SHA256 under the secret key: safe to keep for minutes, and what a reference is looked up by."""

_hasher = PasswordHasher(time_cost=1, memory_cost=2048, parallelism=1, hash_len=16, salt_len=16)
_ZIP = re.compile(r"(\d{5})(-?\d{4})?")
_NOBODY = _hasher.hash("nobody")
FRESH, SLOWED = "f$", "s$"
"""How a stored factor begins that waits for Argon2id, and one that had waited."""


def tokens(answers: Answers, secret: str) -> dict[Factor, Token]:
    """A token for each answer that says something."""
    plain: dict[Factor, str] = {
        "date_of_birth": _day(answers.date_of_birth),
        "postcode": _postcode(answers.postcode or ""),
        "reference": _letters(answers.reference or ""),
    }
    said = {factor: token(factor, value, secret) for factor, value in plain.items() if value}
    if answers.other_date_of_birth is not None:
        said["other_date_of_birth"] = token("date_of_birth", _day(answers.other_date_of_birth), secret)
    return said


def token(purpose: str, value: str, secret: str) -> Token:
    """Equal values of different purposes have different tokens."""
    return Token(hmac.digest(secret.encode(), f"identity\x1f{purpose}\x1f{value}".encode(), "sha256").hex())


def network(host: str, secret: str) -> Token:
    """What is kept of where somebody comes from."""
    return token("network", networks.prefix(host), secret)


def slow_hash(value: Token) -> str:
    return _hasher.hash(value)


def fresh(value: Token, begins: str = "") -> str:
    """As it is kept at first: no two are alike, and it costs next to nothing. Its salt begins with `begins`."""
    return _salted(begins + secrets.token_hex(8), value)


def slowed(stored: str) -> str:
    """The same once Argon2id stands around it."""
    return f"{SLOWED}{stored.split('$')[1]}{_hasher.hash(stored)}"


def fits(stored: str | None, value: Token) -> bool:
    """Takes the same time when there is nothing to compare with, and in whatever form it is kept."""
    kept, said, is_fresh = stored or _NOBODY, str(value), False
    if kept.startswith(FRESH):
        is_fresh = hmac.compare_digest(kept, _salted(kept.split("$")[1], value))
        kept = _NOBODY
    elif kept.startswith(SLOWED):
        salt, _, hashed = kept[len(SLOWED) :].partition("$")
        kept, said = f"${hashed}", _salted(salt, value)
    try:
        return _hasher.verify(kept, said) and stored is not None
    except (VerificationError, InvalidHashError):
        return is_fresh


def _salted(salt: str, value: Token) -> str:
    return f"{FRESH}{salt}${hmac.new(salt.encode(), value.encode(), 'sha256').hexdigest()[:32]}"


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _postcode(value: str) -> str:
    """A ZIP and its ZIP+4 are the same place; elsewhere spaces and case do not count."""
    zip_code = _ZIP.fullmatch(value.strip().replace(" ", ""))
    return zip_code[1] if zip_code else _letters(value)


def _letters(value: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", value.upper())
