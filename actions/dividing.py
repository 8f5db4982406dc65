"""One payment over several debts: divided as they direct, read back, and one link for all of it."""

from __future__ import annotations

from dataclasses import replace

from babel.lists import format_list

from actions import links, say
from actions.handler import handles, refuses
from bot import accounts, negotiation, payments
from bot.core import Money, Refusal
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning.acts import Accept, Act, Divide, Pay, Propose, Refuse


@handles("divide")
def divide(turn: Turn, act: Divide) -> None:
    """One payment over several debts, as they direct, read back before any link (12 CFR 1006.30(c))."""
    named = () if act.shares == "evenly" else act.shares
    if plans := _of_plans(turn, act):
        turn.then(*plans)
        return
    places: meant.Places = tuple(n for n, _ in named) if len(named) > 1 else None
    if places is None and len(turn.known.talking_of) < 2:
        places = "all"
    debts = meant.free_debts(turn, places)
    before, whole = (
        (turn.asked.total, turn.asked.whole) if isinstance(turn.asked, questions.Shares) else (None, False)
    )
    whole = whole or act.total is not None
    shares = _changed(turn, debts, act) or _shares(turn, debts, replace(act, total=act.total or before))
    if shares is None:
        question = questions.Shares(total=act.total or before, whole=whole)
        turn.ask(question, "utter_payments_ask_total" if (act.total or before) is None else
                 "utter_payments_ask_how_to_divide")  # fmt: skip
        return
    _read_back(turn, debts, shares, whole=whole)


def _of_plans(turn: Turn, act: Divide) -> tuple[Propose, ...]:
    """ "Five to the gym and ten to the clinic", of a plan that is talked about: so much a time for each."""
    named = () if act.shares == "evenly" else act.shares
    has_rhythm = any(questions.proposal(said).frequency for said in turn.state.named.values())
    if not isinstance(turn.asked, (questions.Accept, questions.Terms)) or not has_rhythm or len(named) < 2:
        return ()
    if not all(isinstance(share, Money) for _, share in named):
        return ()
    return tuple(Propose(each=share, debts=(place,)) for place, share in named if isinstance(share, Money))


@handles("propose", "pay", "promise", "move", asked=("shares",))
def divide_otherwise(turn: Turn, act: Act) -> None:
    """Another sum for the same division; another day for the same sums; with a rhythm it is a plan."""
    amount = act.what if isinstance(act, Pay) else getattr(act, "each", None) or getattr(act, "total", None)
    later = _on_a_day(turn, act) if amount is None or not isinstance(amount, Money) else ()
    if later:
        turn.state.question = None
        turn.then(*later)
        return
    if not isinstance(amount, Money) or getattr(act, "frequency", None) or getattr(act, "first", None):
        turn.state.question = None
        turn.then(act)
        return
    debts = getattr(act, "debts", None)
    one = debts[0] if isinstance(debts, tuple) and len(debts) == 1 else None
    only = bool(getattr(act, "left_out", ()))
    turn.then(Divide(shares=((one, amount),), only=only) if one else Divide(total=amount))


def _on_a_day(turn: Turn, act: Act) -> tuple[Propose, ...]:
    """ "Both on the 21st": what was divided, each on that day."""
    assert isinstance(turn.asked, questions.Shares)
    on = getattr(act, "first", None) or getattr(act, "on", None)
    if on is None or getattr(act, "frequency", None):
        return ()
    places = {debt.id: place for place, debt in enumerate(turn.known.debts, 1)}
    return tuple(
        Propose(each=share, first=on, debts=(places[one],), wants="promise") for one, share in turn.asked.shares.items()
    )


@handles("accept", asked=("shares",))
def send_joint_link(turn: Turn, act: Accept) -> None:
    """Their yes: one link. The room refuses a share to a debt that came under a hold meanwhile."""
    assert isinstance(turn.asked, questions.Shares)
    shares = dict(turn.asked.shares)
    if not shares:  # yes leaves open how much
        turn.then_plain("unclear")
        return
    first, *others = shares.values()
    directed = negotiation.allocate(turn.session, turn.who(), sum(others, first), list(shares.items()), turn.now)
    turn.answered()
    links.say_joint_link(turn, dict(directed))


@handles("refuse", asked=("shares",))
def divide_how(turn: Turn, act: Refuse) -> None:
    assert isinstance(turn.asked, questions.Shares)
    total = sum(list(turn.asked.shares.values())[1:], next(iter(turn.asked.shares.values()), Money.zero("USD")))
    turn.ask(questions.Shares(total=turn.asked.total or (total if total.is_positive else None)),
             "utter_payments_ask_how_to_divide")  # fmt: skip


def _changed(turn: Turn, debts: tuple[accounts.Debt, ...], act: Divide) -> dict[str, Money] | None:
    """ "Make the clinic 60", of a division that was read back: the others stay as they were. None where it is no change."""
    read_back = turn.asked.shares if isinstance(turn.asked, questions.Shares) and not turn.asked.whole else {}
    if act.shares == "evenly" or act.only or act.total or any(share == "rest" for _, share in act.shares):
        return None
    named = _shares(turn, debts, replace(act, only=True)) if read_back else None
    return named and {**{debt.id: read_back[debt.id] for debt in debts if debt.id in read_back}, **named}


def _shares(turn: Turn, debts: tuple[accounts.Debt, ...], act: Divide) -> dict[str, Money] | None:
    """As directed, never more than is owed on one; None when how much in all, or which share, is still open."""
    balances = {debt.id: debt.balance for debt in debts}
    if act.each is not None:
        return {one: min(act.each, owed) for one, owed in balances.items()}
    if act.shares == "evenly":
        if act.total is None:
            return None
        even = negotiation.evenly(act.total, list(balances.values()))
        return {one: share for one, share in zip(balances, even, strict=True) if share.is_positive}
    by_place = {turn.known.debts[n - 1].id: share for n, share in act.shares if 0 < n <= len(turn.known.debts)}
    named = {one: min(share, balances[one]) for one, share in by_place.items()
             if isinstance(share, Money) and one in balances}  # fmt: skip
    if any(isinstance(share, Money) and share > balances.get(one, share) for one, share in by_place.items()):
        turn.say("utter_payments_not_more")
    if act.only:
        return named or None
    rest = [one for one, share in by_place.items() if share == "rest"] or [one for one in balances if one not in named]
    if len(named) == len(debts) or act.total is None and not any(share == "rest" for share in by_place.values()):
        return named or None
    if act.total is None:
        return None
    left = act.total - sum(named.values(), Money.zero(act.total.currency))
    if left.is_positive and rest:
        for one, share in zip(rest, negotiation.evenly(left, [balances[one] for one in rest]), strict=True):
            named[one] = share
    return {one: share for one, share in named.items() if share.is_positive}


def _read_back(turn: Turn, debts: tuple[accounts.Debt, ...], shares: dict[str, Money], *, whole: bool) -> None:
    clients = say.told_apart(turn, debts)
    parts = [turn.phrase("utter_payments_share", amount=share, client=clients[one]) for one, share in shares.items()]
    total = sum(list(shares.values())[1:], next(iter(shares.values())))
    question = questions.Shares(shares=shares, total=total, whole=whole, again="utter_payments_ask_shares_again")
    name = "utter_payments_shares" if len(shares) > 1 else "utter_payments_only_share"
    turn.ask(question, name, shares=format_list(parts, locale=turn.conversation.language), total=total)


@refuses(negotiation.MoreThanAllOwed)
@refuses(payments.MoreThanOwed)
def more_than_owed(turn: Turn, refusal: Refusal) -> None:
    """Never more than is owed: a link for that, if they like."""
    one, left = refusal.values.get("debt_id"), refusal.values.get("left")
    shares = {debt.id: debt.balance for debt in turn.known.talking_of}
    if isinstance(one, str) and isinstance(left, Money):
        shares = {one: left}
    question = questions.Shares(shares=shares, again="utter_payments_ask_shares_again")
    turn.ask(question, refusal.response, **refusal.values)


@refuses(payments.TooSmall)
def too_small(turn: Turn, refusal: Refusal) -> None:
    turn.ask(questions.Shares(again="utter_payments_ask_total"), refusal.response, **refusal.values)
