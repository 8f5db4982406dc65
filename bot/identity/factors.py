"""What a person knows, in the only forms in which it is ever kept.

A date of birth is one of 30,000 and a postcode one of 40,000: no hash is slow enough to hide them from
somebody who has the database. What hides them is the secret key, which is not in it: everything is an HMAC
under that key first (`Token`). Argon2id with a salt stands behind it, cheap (about 1 ms), so that equal
answers do not look equal and a leaked key alone does not give a table of everybody at once.
"""

from __future__ import annotations

import hmac
import re
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
    return Token(hmac.new(secret.encode(), f"identity\x1f{purpose}\x1f{value}".encode(), "sha256").hexdigest())


def network(host: str, secret: str) -> Token:
    """What is kept of where somebody comes from."""
    return token("network", networks.prefix(host), secret)


def slow_hash(value: Token) -> str:
    return _hasher.hash(value)


def fits(stored: str | None, value: Token) -> bool:
    """Takes the same time when there is nothing to compare with."""
    try:
        return _hasher.verify(stored or _NOBODY, value) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _postcode(value: str) -> str:
    """A ZIP and its ZIP+4 are the same place; elsewhere spaces and case do not count."""
    zip_code = _ZIP.fullmatch(value.strip().replace(" ", ""))
    return zip_code[1] if zip_code else _letters(value)


def _letters(value: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", value.upper())
