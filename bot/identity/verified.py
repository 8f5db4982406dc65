"""The permission to hear facts about a debt, as a value.

Whoever holds a `Verified` may ask for the facts of one person in one conversation. Only this room can make
one: it carries a proof under a key that lives in this process, checked whenever a field is read. A copy with
another person in it, an unpickled one or one put together by hand is `Forged`.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Any, NewType, NoReturn, final

from bot.core import ParleyError

Proof = NewType("Proof", bytes)
_KEY = secrets.token_bytes(32)


class Forged(ParleyError, TypeError):
    """Something pretends to be a `Verified`: a bug or an attack, never an answer to a person."""

    def __init__(self) -> None:
        super().__init__("a Verified is made by identity.challenge or identity.who, and by nothing else")


@final
class Verified:
    """This party has proved who they are in this conversation. `at` is when that was last looked at."""

    __slots__ = ("_facts", "_proof")
    _facts: tuple[str, str, datetime]
    _proof: Proof

    def __init__(self, party_id: str, conversation_id: str, at: datetime, proof: Proof) -> None:
        object.__setattr__(self, "_facts", (party_id, conversation_id, at))
        object.__setattr__(self, "_proof", proof)
        self._checked()

    @property
    def party_id(self) -> str:
        return self._checked()[0]

    @property
    def conversation_id(self) -> str:
        return self._checked()[1]

    @property
    def at(self) -> datetime:
        return self._checked()[2]

    def _checked(self) -> tuple[str, str, datetime]:
        facts: tuple[str, str, datetime] | None = getattr(self, "_facts", None)
        proof = getattr(self, "_proof", None)
        if facts is None or not isinstance(proof, bytes) or not hmac.compare_digest(proof, _prove(*facts)):
            raise Forged
        return facts

    def __init_subclass__(cls, **_: Any) -> None:
        raise Forged

    def __setattr__(self, name: str, value: object) -> None:
        raise Forged

    def __delattr__(self, name: str) -> None:
        raise Forged

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise Forged

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verified) and self._checked() == other._checked()

    def __hash__(self) -> int:
        return hash(self._checked())

    def __repr__(self) -> str:
        return f"Verified(party_id={self.party_id!r}, conversation_id={self.conversation_id!r})"


def make(party_id: str, conversation_id: str, at: datetime) -> Verified:
    """For the service of this room only."""
    return Verified(party_id, conversation_id, at, _prove(party_id, conversation_id, at))


def _prove(party_id: str, conversation_id: str, at: datetime) -> Proof:
    message = "\x1f".join((party_id, conversation_id, at.isoformat()))
    return Proof(hmac.digest(_KEY, message.encode(), "sha256"))
