"""What we asked last and have no answer to: one type for each kind of question, kept between two turns as JSON.

`again` names the response that puts it once more; `put` counts how often it was put.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from bot.core import Money
from bot.negotiation import Change as PlanChange
from bot.negotiation import Move, MoveUp, NewAmount, Proposal, Skip


class Question(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=str.lower):
    """`again` is the response that puts it once more, with its `values`."""

    again: str | None = None
    values: Mapping[str, str] = {}
    put: int = 1

    @property
    def kind(self) -> str:
        return str(self.__struct_config__.tag)


class Identity(Question, frozen=True, kw_only=True):
    """Who are you? `awaits` is what was asked for: `all` with the reference, `reference`, `phone`, or the `code` that was
    texted to this `phone` (E.164), `sent` times so far. `company`: its account is asked for, and `phone` is that number."""

    awaits: str | None = None
    phone: str = ""
    sent: int = 0
    company: bool = False


class Menu(Question, frozen=True, kw_only=True):
    """1 what you owe, 2 paying, 3 something's wrong, 4 a person."""


class Options(Question, frozen=True, kw_only=True):
    """Want to see your choices?"""


class Choice(Question, frozen=True, kw_only=True):
    """Numbered offers: each choice is one offer for each debt that is talked about."""

    groups: tuple[tuple[str, ...], ...]


class Accept(Question, frozen=True, kw_only=True):
    """Offers that wait for a yes, one for each debt. `theirs` is their own wish where ours is a counter-offer, `reason`
    the words that said why; `groups` are the choices that were listed before. `whole` is what the offers are together,
    where they were bargained for as one."""

    offers: tuple[str, ...]
    theirs: Mapping[str, Proposal] = {}
    reason: str | None = None
    groups: tuple[tuple[str, ...], ...] = ()
    whole: Proposal | None = None


class Terms(Question, frozen=True, kw_only=True):
    """A part of a proposal is missing: amount, frequency, date, paydays, count, rest or until. `days` are the two days
    that they may have meant, `period` the first and the last of a month or week that they named; `wishes` what was said
    so far, for each debt."""

    missing: str
    wishes: Mapping[str, Proposal] = {}
    days: tuple[date, ...] = ()
    period: tuple[date, date] | None = None
    groups: tuple[tuple[str, ...], ...] = ()


class Debt(Question, frozen=True, kw_only=True):
    """Which one is it about? What they wanted waits in the state."""

    debts: tuple[str, ...]


class Shares(Question, frozen=True, kw_only=True):
    """A division of one payment, read back. No shares yet: we asked how much in all, or how to divide it."""

    shares: Mapping[str, Money] = {}
    total: Money | None = None
    whole: bool = False
    """They named the total: a share that is changed changes the others, and not the total."""


class Ahead(Question, frozen=True, kw_only=True):
    """How much of the plan ahead of time?"""

    agreement: str


class MoveTo(Question, frozen=True, kw_only=True, tag="move"):
    """To which day shall a part go? The next one where `due` is None."""

    agreement: str
    due: date | None = None


class Change(Question, frozen=True, kw_only=True):
    """A change of a plan, read back: `what` is move, skip, amount or up."""

    agreement: str
    what: str
    change: dict[str, Any]

    @property
    def wanted(self) -> PlanChange:
        return msgspec.convert(self.change, _CHANGES[self.what])  # type: ignore[no-any-return]


class Cancel(Question, frozen=True, kw_only=True):
    """End the plan?"""

    agreement: str


class Relief(Question, frozen=True, kw_only=True):
    """1 a pause, or 2 a smaller amount?"""


class Person(Question, frozen=True, kw_only=True):
    """Shall I get somebody? `before` is the question that waits meanwhile."""

    before: Any = None


class Safe(Question, frozen=True, kw_only=True):
    """Are you all right? `doubt` is what made us ask, `rest` are the other acts of that message; `leaning` when no
    reviewed phrase gave the reason."""

    rest: tuple[dict[str, Any], ...] = ()
    leaning: bool = False
    doubt: str = "crisis"


class Representative(Question, frozen=True, kw_only=True):
    """Who stands for them now? `of` is the hold that says why: somebody died, or has an attorney."""

    of: str


class Meant(Question, frozen=True, kw_only=True):
    """Did you mean that? `acts` are done at a yes, `rest` at a no. With two of them it asks for one of the two."""

    acts: tuple[dict[str, Any], ...]
    rest: tuple[dict[str, Any], ...] = ()


class Helper(Question, frozen=True, kw_only=True):
    """Is it all right with them that somebody else types? `rest` goes on at the yes."""

    rest: tuple[dict[str, Any], ...] = ()


class Else(Question, frozen=True, kw_only=True):
    """Is there anything else?"""


class Rating(Question, frozen=True, kw_only=True):
    """How was this for you, 1 to 5? `survey` is where the answer goes. What is no number ends it."""

    survey: str


_CHANGES: dict[str, Any] = {"move": Move, "skip": Skip, "amount": NewAmount, "up": MoveUp}
_KINDS = (
    Identity, Menu, Options, Choice, Accept, Terms, Debt, Shares, Ahead, MoveTo, Change, Cancel, Relief, Person, Safe,
    Representative, Meant, Helper, Else, Rating,
)  # fmt: skip
_Union = (
    Identity | Menu | Options | Choice | Accept | Terms | Debt | Shares | Ahead | MoveTo | Change | Cancel | Relief
    | Person | Safe | Representative | Meant | Helper | Else | Rating
)  # fmt: skip
KINDS: tuple[str, ...] = tuple(str(kind.__struct_config__.tag) for kind in _KINDS)


def plain(value: Any) -> Any:
    """As JSON holds it."""
    return msgspec.to_builtins(value)


def proposal(data: Any) -> Proposal:
    """What `plain` made of one."""
    return msgspec.convert(data, Proposal)


def dump(question: Question | None) -> dict[str, Any] | None:
    plain: dict[str, Any] | None = msgspec.to_builtins(question)
    return plain


def load(data: Mapping[str, Any] | None) -> Question | None:
    """A question of an older version that cannot be read any more is no question."""
    if not data:
        return None
    try:
        return msgspec.convert(data, _Union)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        return None
