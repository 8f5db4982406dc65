"""Where one of two people with the same balance is worse off: what a row makes of a balance, as figures to compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.negotiation import lines
from bot.negotiation.caps import LEAST_DAYS_TO_FIRST_PAYMENT
from bot.negotiation.model import PLANS, Kind
from bot.negotiation.terms import Terms


@dataclass(frozen=True)
class Side:
    """What holds for one of two people."""

    terms: Terms
    step: int | None
    in_care: bool

    @property
    def settles(self) -> bool:
        return Kind.SETTLEMENT in self.terms.offers and self.step is not None

    @property
    def pauses(self) -> int:
        terms = self.terms
        return terms.pauses_per_year if Kind.PAUSE in terms.offers and terms.pause_days else 0

    @property
    def first(self) -> int:
        return max(self.terms.max_days_to_first_payment, LEAST_DAYS_TO_FIRST_PAYMENT)


@dataclass(frozen=True)
class Shown:
    """Where something is worse: `latest` are the days to a first payment that tell them apart."""

    balance: int
    latest: int | None = None
    pauses_used: int = 0


def where_worse(one: Side, other: Side, low: int, below: int | None) -> Iterator[Shown]:
    """A place for each thing in which `other` may be worse off than `one`; all things are looked at there."""
    usual = lines.inside(low, below)
    if one.terms.person_only or other.terms.person_only:
        if other.terms.person_only and not one.terms.person_only:
            yield Shown(usual)
        return
    yield Shown(usual)
    if PLANS & set(one.terms.offers) and other.first < one.first:
        yield Shown(usual, latest=other.first)
    if other.pauses < one.pauses:
        yield Shown(usual, pauses_used=other.pauses)
    for before, after in _figures(one, other):
        balance = lines.where_more(before, after, low, below)
        if balance is not None:
            yield Shown(balance)


def _figures(one: Side, other: Side) -> Iterator[tuple[lines.Figure, lines.Figure]]:
    """Figures of both that a debtor wants small."""
    if PLANS & set(one.terms.offers):
        yield _least(one.terms), _least(other.terms)
        yield _after_down_payment(other), _after_down_payment(one)
    yield _closing_figure(one), _closing_figure(other)
    if one.settles and other.settles:
        yield _floor(one.terms, one.step or 0), _floor(other.terms, other.step or 0)


def _least(terms: Terms) -> lines.Figure:
    most = (lines.fixed(max(terms.min_payment, 1)), lines.rising(terms.min_payment_pct))
    return (most, (lines.BALANCE,))


def _after_down_payment(side: Side) -> lines.Figure:
    """What is left then: more of it is better. Nobody in care puts money down (`caps`)."""
    return ((lines.BALANCE if side.in_care else lines.rising(100 - side.terms.down_payment_pct),),)


def _floor(terms: Terms, step: int) -> lines.Figure:
    most = [lines.rising(terms.settlement[step].floor_pct), lines.fixed(terms.min_settlement)]
    if terms.max_forgiven is not None:
        most.append((lines.BALANCE[0], -terms.max_forgiven))
    return (tuple(most), (lines.BALANCE,))


def opening(terms: Terms, step: int) -> lines.Figure:
    ours = lines.rising(terms.settlement[step].opening_pct)
    return tuple((*group, ours) for group in _floor(terms, step))


def forgives_from(terms: Terms, step: int) -> int | None:
    """The balance from which on settling at the opening costs less than what is owed; None when it never does."""
    shares = [
        lines.rising(share)[0] for share in (terms.settlement[step].floor_pct, terms.settlement[step].opening_pct)
    ]
    if max(shares) >= lines.BALANCE[0] or terms.max_forgiven == 0:
        return None
    return max(terms.min_settlement + 1, *(-(-lines.BALANCE[0] // (lines.BALANCE[0] - share)) for share in shares))


def in_full(terms: Terms) -> lines.Figure:
    discount = terms.full_discount_pct if Kind.FULL in terms.offers else terms.full_discount_pct * 0
    return ((lines.rising(100 - discount),),)


def _closing_figure(side: Side) -> lines.Figure:
    full = in_full(side.terms)
    return (*full, *opening(side.terms, side.step or 0)) if side.settles else full
