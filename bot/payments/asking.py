"""What we ask of whoever moves the money, in our own words: a page to pay on, a page to save on, a charge.

Each is stored before it is asked, and asked again exactly as it was: the same `key` is the same thing, however often.
Nothing in it says who somebody is, and nothing says what for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core import Money

_TOKEN = "{link}"


@dataclass(frozen=True)
class Item:
    """One line of the page: what it is called there, and how much."""

    name: str
    amount: Money


@dataclass(frozen=True)
class ToPay:
    """A page on which `items` are paid, once, before `open_until`. With a mandate, what they are paid with is kept."""

    request_id: str
    number: int
    items: tuple[Item, ...]
    open_until: datetime
    done_url: str
    back_url: str
    language: str
    by_bank: bool = False
    """Whether a debit from a bank account may be chosen, which arrives days later."""
    mandate_id: str | None = None
    note: str = ""
    """Beside the button."""

    @property
    def key(self) -> str:
        return f"cs:{self.request_id}:{self.number}"

    def at(self, token: str) -> ToPay:
        """The token of the link is not stored: it is put in from the link that was opened."""
        return replace(
            self, done_url=self.done_url.replace(_TOKEN, token), back_url=self.back_url.replace(_TOKEN, token)
        )


@dataclass(frozen=True)
class ToSave:
    """A page that takes nothing and keeps what they enter, for payments in `currency`."""

    mandate_id: str
    currency: str
    done_url: str
    back_url: str
    language: str
    by_bank: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        return f"setup:{self.mandate_id}"


@dataclass(frozen=True)
class ToCharge:
    """So much from what is kept under a mandate, with nobody there."""

    request_id: str
    number: int
    mandate_id: str
    amount: Money
    customer_id: str
    method_id: str

    @property
    def key(self) -> str:
        return f"pi:{self.request_id}:{self.number}"


def pages(public_url: str) -> tuple[str, str]:
    """Where they come back to when they have paid, and when they have not; the token is put in later."""
    page = f"{public_url}/p/{_TOKEN}"
    return f"{page}/done", page
