"""Several debts of one person: offers for each or for all, and a payment shared out as they direct.

12 CFR 1006.30(c), in force since 2021-11-30: a payment follows the person's directions, and none goes to a debt
that they dispute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot import accounts
from bot.core import Money, Refusal, Session
from bot.identity import Verified
from bot.negotiation import agreed, service
from bot.negotiation.model import Answer, Part, Proposal, Wants
from bot.negotiation.service import Made
from bot.negotiation.wishes import paced

Directions = Sequence[tuple[str, Money | None]]
"""(debt id, how much) in their order; None is as much as that debt takes of what is left."""
Shares = tuple[tuple[str, Money], ...]


@dataclass(frozen=True)
class DebtOffers:
    """What can be done about one debt. Nothing is offered while it is on hold."""

    debt: accounts.Debt
    made: tuple[Made, ...]
    on_hold: bool


@dataclass(frozen=True)
class Open:
    """One debt as a payment sees it: what is owed and not disputed. `closed` to payments while it is held."""

    debt_id: str
    balance: Money
    closed: bool = False


class DebtDisputed(Refusal):
    """No payment goes to a debt that is disputed or on hold; carries `debt_id`."""

    response = "utter_negotiation_on_hold"


class MoreThanAllOwed(Refusal):
    """Carries `left`, the most that can be taken on the debts that they name."""

    response = "utter_payments_more_than_owed"


def options_for_all(session: Session, who: Verified, now: datetime, today: date) -> tuple[DebtOffers, ...]:
    """The offers for each debt with something left to pay, oldest debt first."""
    found = []
    for debt in accounts.open_debts(session, who, now):
        on_hold = agreed.is_held(session, debt, now)
        made = () if on_hold else service.options(session, who, debt.id, now, today)
        found.append(DebtOffers(debt, made, on_hold))
    return tuple(found)


def respond_for_all(
    session: Session, who: Verified, wishes: Mapping[str, Proposal], now: datetime, today: date
) -> tuple[tuple[str, Answer, Made | None], ...]:
    """(debt id, answer, saved offer) for what they propose for each debt. Raises DebtOnHold."""
    found = []
    for debt_id, wish in wishes.items():
        answer, made = service.respond(session, who, debt_id, wish, now, today)
        found.append((debt_id, answer, made))
    return tuple(found)


def for_each(
    session: Session, who: Verified, debt_ids: Sequence[str], proposal: Proposal, now: datetime, today: date
) -> dict[str, Proposal]:
    """One proposal for several debts ("100 a month for both", "500 to close both"), shared out: a payment so that all end
    together, each with what its own policy needs at least; what closes them by size above what each needs. All shares
    sum to what they named.
    """
    cases = {debt_id: service.case_for(session, who, debt_id, now, today) for debt_id in debt_ids}
    balances = [case.balance for case in cases.values()]
    least = floors = [Money.zero(one.currency) for one in balances]
    proposal = paced(proposal, sum(balances, Money.zero(balances[0].currency)))
    if proposal.payment and (proposal.frequency or not proposal.wants):
        least = [service.least_payment(session, who, one, proposal, now, today) for one in debt_ids]
        if sum(one.minor for one in least) > proposal.payment.minor:
            tokens = [service.least_token(session, who, one, now, today) for one in debt_ids]
            least = [token or one for token, one in zip(tokens, least, strict=True)]
    if proposal.wants == "settlement":
        floors = [service.least_settlement(session, who, one, proposal, now, today) for one in debt_ids]
    return dict(zip(debt_ids, divided(proposal, balances, least, floors), strict=True))


def divided(
    proposal: Proposal, balances: Sequence[Money], least: Sequence[Money], floors: Sequence[Money]
) -> tuple[Proposal, ...]:
    """Every amount of the proposal divided to the cent: a payment in step and none below its `least`, a total or the
    parts of one after each got its floor, the rest by size. Pure.
    """
    parts = _parts(proposal.parts, balances, floors)
    left = [_after(own, owed) for own, owed in zip(parts, balances, strict=True)]

    def spread(amount: Money | None) -> Sequence[Money | None]:
        return [None] * len(balances) if amount is None else in_step(amount, left, least)

    each, most, fewest = spread(proposal.each), spread(proposal.at_most), spread(proposal.at_least)
    shares = next((those for those in (each, most, fewest) if any(those)), each)
    is_pace = bool(proposal.payment and (proposal.frequency or proposal.count)) and proposal.wants in (None, "plan")
    counts = _counts(shares, left, least) if is_pace else [proposal.count] * len(balances)
    nothing: list[Money | None] = [None] * len(balances)
    total = by_size(proposal.total, balances, floors) if proposal.total and not is_pace else nothing
    return tuple(
        replace(
            proposal,
            each=each[n],
            at_most=most[n],
            at_least=fewest[n],
            count=counts[n],
            total=total[n],
            parts=parts[n],
            wants=_wants(proposal, total[n], balances[n]),
        )
        for n in range(len(balances))
    )


def in_step(amount: Money, balances: Sequence[Money], least: Sequence[Money]) -> list[Money]:
    """Shares of one payment, by balance, so that all debts end together; one that needs more gets its `least`, and the
    others share what is left. Where it is not enough for all, each falls short of its own `least`, so that what is
    answered is never more than all of them need. They sum to `amount`. Pure.
    """
    needs = [min(low.minor, owed.minor) for low, owed in zip(least, balances, strict=True)]
    if sum(needs) > amount.minor:
        return _short_of_needs(amount, [need or owed.minor for need, owed in zip(needs, balances, strict=True)])
    kept: dict[int, int] = {}
    while True:
        free = [n for n in range(len(balances)) if n not in kept and balances[n].is_positive]
        over, whole = amount.minor - sum(kept.values()), max(sum(balances[n].minor for n in free), 1)
        shares = {n: over * balances[n].minor // whole for n in free}
        short = [n for n in free if shares[n] < needs[n]]
        if not short:
            break
        kept |= {n: needs[n] for n in short}
    found = [{**kept, **shares}.get(n, 0) for n in range(len(balances))]
    found[max(free or kept, key=lambda n: balances[n].minor)] += amount.minor - sum(found)
    return [Money(minor, amount.currency) for minor in found]


def _short_of_needs(amount: Money, needs: Sequence[int]) -> list[Money]:
    """By what each needs, and no share above that."""
    whole = sum(needs)
    shares = [amount.minor * need // whole for need in needs]
    for n, need in enumerate(needs):
        shares[n] += min(need - shares[n], amount.minor - sum(shares))
    return [Money(minor, amount.currency) for minor in shares]


def _counts(shares: Sequence[Money | None], left: Sequence[Money], least: Sequence[Money]) -> list[int | None]:
    """In how many payments each ends: those in step with the others, where only odd cents would go on behind them."""
    pairs = [(share.minor if share else 0, owed.minor) for share, owed in zip(shares, left, strict=True)]
    in_step = [pair for pair, low in zip(pairs, least, strict=True) if pair[0] > low.minor] or pairs
    full, rest = divmod(sum(owed for _, owed in in_step), max(sum(share for share, _ in in_step), 1))
    together = full if rest < full else full + 1
    return [_count(share, owed, together) for share, owed in pairs]


def _count(share: int, owed: int, together: int) -> int | None:
    """So many that the last takes the odd cents; None where it ends with the others by itself, or goes on."""
    if (together - 1) * share < owed <= together * share:
        return None
    return next((n for n in (together, owed // max(share, 1)) if 0 < owed - n * share < n), None)


def _after(parts: Sequence[Part], owed: Money) -> Money:
    """What is left of it behind payments of their own."""
    named = sum(amount.minor for _, amount in parts if isinstance(amount, Money))
    return Money(max(owed.minor - named, 0), owed.currency)


def _wants(proposal: Proposal, share: Money | None, owed: Money) -> Wants | None:
    """A share that is all of it is no settlement, though the whole may be one."""
    return None if proposal.wants == "settlement" and share is not None and share >= owed else proposal.wants


def _parts(parts: Sequence[Part], balances: Sequence[Money], floors: Sequence[Money]) -> list[tuple[Part, ...]]:
    """Each part divided, so that what a debt gets of all of them together is its share of their sum."""
    named = [amount for _, amount in parts if isinstance(amount, Money)]
    rest = by_size(sum(named, Money.zero(balances[0].currency)), balances, floors)
    found: list[list[Part]] = [[] for _ in balances]
    for day, amount in parts:
        if not isinstance(amount, Money):
            shares: Sequence[Money | None] = [None] * len(balances)
        else:
            shares = here = by_size(amount, rest, [Money.zero(amount.currency)] * len(rest))
            rest = [left - share for left, share in zip(rest, here, strict=True)]
        for own, share in zip(found, shares, strict=True):
            own.append((day, "rest" if share is None else share))
    return [tuple(own) for own in found]


def by_size(amount: Money, balances: Sequence[Money], least: Sequence[Money]) -> list[Money]:
    """Shares that sum to `amount`: each its `least` first where that is enough for all, the rest by balance."""
    first = [min(low.minor, owed.minor) for low, owed in zip(least, balances, strict=True)]
    if sum(first) > amount.minor:
        first = [0] * len(balances)
    room = [owed.minor - low for owed, low in zip(balances, first, strict=True)]
    over, whole = amount.minor - sum(first), max(sum(room), 1)
    shares = [low + over * here // whole for low, here in zip(first, room, strict=True)]
    shares[-1] += amount.minor - sum(shares)
    return [Money(minor, amount.currency) for minor in shares]


def free_and_held(session: Session, who: Verified, now: datetime) -> tuple[list[accounts.Debt], list[accounts.Debt]]:
    """Their open debts, oldest first: those that can be paid and talked about, and those disputed or on hold."""
    debts = accounts.open_debts(session, who, now)
    held = [debt for debt in debts if _is_closed(session, debt, now)]
    return [debt for debt in debts if debt not in held], held


def evenly(amount: Money, balances: Sequence[Money]) -> list[Money]:
    """Equal shares, none above its balance; the first ones take the odd cents. They sum to `amount` at most. Pure."""
    shares = [0] * len(balances)
    left = min(amount.minor, sum(owed.minor for owed in balances))
    while left:
        room = [n for n, owed in enumerate(balances) if shares[n] < owed.minor]
        for place, n in enumerate(room):
            share = -(-left // (len(room) - place))
            taken = min(share, balances[n].minor - shares[n])
            shares[n] += taken
            left -= taken
    return [Money(minor, amount.currency) for minor in shares]


def allocate(session: Session, who: Verified, amount: Money, directions: Directions, now: datetime) -> Shares:
    """Which of their debts an amount goes to. Nothing is written.

    Raises NoSuchDebt, DebtDisputed or MoreThanAllOwed.
    """
    debts = [
        Open(debt.id, debt.rest, _is_closed(session, debt, now)) for debt in accounts.open_debts(session, who, now)
    ]
    return shared_out(debts, amount, directions)


def shared_out(debts: Sequence[Open], amount: Money, directions: Directions = ()) -> Shares:
    """As directed; what they said nothing about goes to the oldest first. The shares sum to `amount`. Pure.

    `debts` are in order of age. Raises NoSuchDebt, DebtDisputed or MoreThanAllOwed.
    """
    known = {debt.debt_id: debt for debt in debts}
    shares: dict[str, Money] = {}
    rest = amount
    undirected = [(debt.debt_id, None) for debt in debts if not debt.closed]
    for debt_id, named in [*directions, *undirected]:
        room = _room(known, debt_id, shares, amount)
        if named is not None and named > min(room, rest):
            raise MoreThanAllOwed(left=min(room, rest), debt_id=debt_id)
        share = min(room, rest) if named is None else named
        if share.is_positive:
            shares[debt_id] = shares.get(debt_id, Money.zero(amount.currency)) + share
            rest -= share
    if rest.is_positive:
        raise MoreThanAllOwed(left=amount - rest)
    return tuple(shares.items())


def _room(known: Mapping[str, Open], debt_id: str, shares: Mapping[str, Money], amount: Money) -> Money:
    """What the debt can still take."""
    if debt_id not in known:
        raise accounts.NoSuchDebt
    if known[debt_id].closed:
        raise DebtDisputed(debt_id=debt_id)
    return known[debt_id].balance - shares.get(debt_id, Money.zero(amount.currency))


def _is_closed(session: Session, debt: accounts.Debt, now: datetime) -> bool:
    is_disputed = debt.status is accounts.DebtStatus.DISPUTED
    return is_disputed or agreed.is_held(session, debt, now)
