"""Bargaining: what they propose, heard against what is on the table, and what policy answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from actions import answering, beside, say, wishing
from actions.handler import handles
from actions.wishing import ALL, Wishes
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning.acts import (
    Act,
    Adjust,
    ChangeAmount,
    ChangeRhythm,
    Keep,
    Move,
    NoMore,
    Plain,
    Promise,
    Propose,
    Vague,
    Wants,
)
from bot.negotiation import Ask, Frequency, Made, Missing, NoRoom, Offer, Proposal

_ASK = {
    "amount": "utter_negotiation_ask_amount",
    "date": "utter_negotiation_ask_date",
    "frequency": "utter_negotiation_ask_frequency",
    "paydays": "utter_negotiation_ask_paydays",
    "rest": "utter_negotiation_ask_rest",
    "count": "utter_negotiation_ask_count",
    "until": "utter_negotiation_ask_until",
}
_ASK_FOR_VAGUE = {"payday": "paydays", "which_date": "date", "amount": "amount", "frequency": "frequency"}
_ASK_FOR_DIRECTION = {
    "more": ("amount", "utter_negotiation_ask_more"),
    "less": ("amount", "utter_negotiation_ask_what_works"),
    "later": ("date", "utter_negotiation_ask_date"),
    "sooner": ("amount", "utter_negotiation_ask_sooner"),
    "longer": ("count", "utter_negotiation_ask_count"),
    "fewer": ("count", "utter_negotiation_ask_count"),
}
_OF_PLAN: dict[str, tuple[Act, ...]] = {
    "later": (Move(),), "sooner": (Plain(name="finish_sooner"),), "fewer": (Plain(name="finish_sooner"),),
    **{pace.value: (ChangeRhythm(frequency=pace.value),) for pace in Frequency},
}  # fmt: skip
"""What a direction means of a plan that runs; of its amount where nothing else stands here."""
_TERMS_ARE_OPEN = (questions.Accept, questions.Choice, questions.Terms, questions.Relief)


@handles("propose")
def propose(turn: Turn, act: Propose) -> None:
    """They name figures or a rhythm. A wish of which nothing was read is not answered as if it were what we said."""
    if act == Propose() and isinstance(turn.asked, (questions.Accept, questions.Choice, questions.Terms)):
        turn.then_plain("unclear")
        return
    if beside.asks_discount(act) and any(beside.is_plan(said.act) for said in turn.queue):
        turn.queue.append(turn.said)  # the plan is answered with it
        return
    debts = meant.bargained_for(turn, _places(turn, act))
    if beside.is_plan(act):
        beside.answer_discount(turn, debts)
    if (offered := _still_offered(turn, debts, act)) is not None:
        say.put(turn, [offered], "still_stands")
        return
    act = _as_offered(turn, debts, act)
    wishes, vague = (
        wishing.against(wishing.table(turn, debts), turn, debts, act),
        None if _says_its_day(act) else act.vague,
    )
    while turn.queue and isinstance(turn.queue[0].act, Propose):  # "35 on the light bill and 130 on the phone"
        further = turn.next().act
        assert isinstance(further, Propose)
        wishes |= wishing.against(wishing.table(turn, debts) | wishes, turn, debts, further)
        vague = None if _says_its_day(further) else further.vague or vague
    if isinstance(turn.asked, questions.Accept) and vague is None and _is_there(wishes, wishing.table(turn, debts)):
        made = [turn.known.offers[one] for one in turn.asked.offers]
        is_of_each = len(made) > 1 and ALL not in wishes
        say.read_back(turn, made, turn.asked.groups) if is_of_each else say.once_more(turn, made)
        return
    wishing.note_paydays(turn, act, wishes)
    bargain(turn, debts, wishes, vague)


def _is_there(wishes: Wishes, table: Wishes) -> bool:
    """The same as what waits for their yes."""
    is_all = ALL in wishes or wishes.keys() >= table.keys() - {ALL}
    return is_all and bool(wishes) and all(table.get(one) == wish for one, wish in wishes.items())


def _still_offered(turn: Turn, debts: Sequence[accounts.Debt], act: Propose) -> Made | None:
    """ "Is the 270.81 times two still good?", "I'll take the two Fridays then": our own offer, though others came after it."""
    figure = act.each or act.total
    is_otherwise = act.parts or act.percent or act.nothing_due or act.wants not in (None, "plan", "settlement")
    if len(debts) != 1 or figure is None or is_otherwise:
        return None
    if not turn.state.named:  # nothing was bargained about yet
        return None
    waiting = [turn.known.offers[one].offer for one in getattr(turn.asked, "offers", ()) if one in turn.known.offers]
    if any(_is_meant(offer, figure, act) for offer in waiting):
        return None
    read = [group[0] for group in reversed(turn.known.read_before) if len(group) == 1 and group[0].debt_id == debts[0].id]
    return next((one for one in read if _is_meant(one.offer, figure, act)), None)


def _is_meant(offer: Offer, figure: Money, act: Propose) -> bool:
    """Every figure of theirs is one of it."""
    schedule = offer.schedule
    if len(schedule) < 2 or figure != (offer.regular if act.each else offer.total):
        return False
    return (
        act.count in (None, len(schedule))
        and act.first in (None, schedule[0].due, schedule[-1].due)
        and act.weekday in (None, wishing.WEEKDAYS[schedule[0].due.weekday()])
        and (act.frequency is None or offer.frequency is None or act.frequency == offer.frequency.value)
    )


def _as_offered(turn: Turn, debts: Sequence[accounts.Debt], act: Propose) -> Propose:
    """ "508 on Friday then", where we would close it for 508: that offer, on their day."""
    figure = act.total or act.each
    is_alone = not (act.frequency or act.count or act.parts or act.percent or act.weekday or act.days_of_month)
    if len(debts) != 1 or figure is None or not is_alone or act.wants not in (None, "settlement", "promise"):
        return act
    made = negotiation.closing_for(turn.session, turn.who(), debts[0].id, figure, turn.now, turn.today)
    return act if made is None else replace(act, wants="settlement", total=made.total, each=None)


def _says_its_day(act: Propose) -> bool:
    """Vague words about a day beside a day that is none of them."""
    if act.vague is None or act.vague.question not in ("which_date", "payday"):
        return False
    return all(part.on for part in act.parts[1:]) if len(act.parts) > 1 else bool(act.first or act.until)


@handles("promise")
def promise(turn: Turn, act: Promise) -> None:
    """They will pay on a day, without a plan."""
    everything = act.amount == "all"
    amount = act.amount if isinstance(act.amount, Money) else None
    wants: Wants = "full" if everything else "promise"
    turn.then(Propose(each=amount, first=act.on, debts=act.debts, wants=wants, vague=act.vague))


@handles("request_plan")
def request_plan(turn: Turn, act: Plain) -> None:
    """Instalments, no figures yet: theirs come first."""
    if act.wish is not None:
        turn.then(act.wish)
        return
    debts = meant.bargained_for(turn)
    table = wishing.table(turn, debts)
    if not table and any(wishing.so_far(turn, one).payment for one in (ALL, *(debt.id for debt in debts))):
        turn.then(Propose(wants="plan"))
    elif any(wish.payment for wish in table.values()):
        _ask(turn, "frequency", {one: replace(wish, wants="plan") for one, wish in table.items()})
    else:
        _ask(turn, "amount", {}, "utter_negotiation_ask_plan")


@handles("request_settlement")
def request_settlement(turn: Turn, act: Plain) -> None:
    """Will you take less?"""
    turn.then(act.wish or Propose(wants="settlement", debts=act.debts))


@handles("adjust")
def adjust(turn: Turn, act: Adjust) -> None:
    """They want it otherwise, in a direction: their own figure for it, against what is on the table."""
    if turn.known.plans and not isinstance(turn.asked, _TERMS_ARE_OPEN):
        turn.then(*_OF_PLAN.get(act.to, (ChangeAmount(),)))
        return
    if act.to == "less" and isinstance(turn.asked, (questions.Accept, questions.Choice)):
        turn.then_plain("refuse")  # "too much": what amount would work, then the choices, then a person
        return
    debts = meant.bargained_for(turn)
    table = wishing.table(turn, debts)
    if act.to in Frequency._value2member_map_:
        turn.then(Propose(frequency=act.to))  # type: ignore[arg-type]
    elif act.to == "no_down_payment" and table:
        bargain(turn, debts, {one: negotiation.without_down_payment(wish) for one, wish in table.items()})
    elif not table and (turn.asked is None or act.to == "no_down_payment"):
        turn.then_plain("ask_options")
    else:
        missing, response = _ASK_FOR_DIRECTION[act.to]
        _ask(turn, missing, table, response)


@handles("keep", asked=("terms", "accept", "choice", "relief"))
def as_before(turn: Turn, act: Keep) -> None:
    """ "Same as before": the plan that runs, the last terms that were on the table, or those of the plan they had."""
    debts = meant.bargained_for(turn)
    plans = {debt.id: turn.known.plans[debt.id] for debt in debts if debt.id in turn.known.plans}
    if any(left for _, left in plans.values()):
        turn.answered()
        turn.say("utter_negotiation_kept")
        return
    before = {one: questions.proposal(wish) for one, wish in turn.state.named_before.items() if _is_of(one, debts)}
    if before and getattr(turn.asked, "theirs", None):  # not our counter-offer, but what they had said before it
        turn.state.named |= {one: questions.plain(wish) for one, wish in before.items()}
        bargain(turn, debts, before)
        return
    wishes = {one: questions.proposal(wish) for one, wish in turn.state.wishes.items()}
    if not any(not negotiation.is_empty(wish) for wish in wishes.values()):
        made = [negotiation.offer(turn.session, turn.who(), plan.offer_id) for plan, _ in plans.values()]
        wishes = {one.debt_id: negotiation.of_offer(one.offer) for one in made}
    bargain(turn, debts, wishes) if wishes else turn.then_plain("ask_options")


def _is_of(one: str, debts: Sequence[accounts.Debt]) -> bool:
    return len(debts) > 1 if one == ALL else [debt.id for debt in debts] == [one]


@handles("no_more", asked=("terms",))
def no_more(turn: Turn, act: NoMore) -> None:
    """ "Just once", to how often; "that's all I have", to the rest: what they named closes it, if policy lets it."""
    assert isinstance(turn.asked, questions.Terms)
    once = {"frequency": lambda wish: replace(wish, lump=True), "rest": _as_settlement, "count": _as_settlement}
    closes = once.get(turn.asked.missing)
    debts = meant.bargained_for(turn)
    table = wishing.table(turn, debts)
    if closes is not None and table:
        bargain(turn, debts, {one: closes(wish) for one, wish in table.items()})
    else:
        turn.then_plain("refuse")


@handles("no_more")
def that_is_all(turn: Turn, act: NoMore) -> None:
    """Said of an offer: they have no more than that, and we look at what there is."""
    turn.then_plain("refuse") if turn.asked is not None else turn.then_plain("goodbye")


@handles("cannot_say", asked=("terms", "ahead", "move"))
def cannot_say(turn: Turn, act: Plain) -> None:
    """They do not know yet: nobody is pressed, and the choices are there."""
    if turn.state.misses:
        turn.then_plain("think_it_over")
        return
    turn.state.misses += 1
    turn.say("utter_negotiation_no_hurry")
    say.choices(turn, meant.bargained_for(turn))


def bargain(turn: Turn, debts: Sequence[accounts.Debt], wishes: Wishes, vague: Vague | None = None) -> None:
    """One call to the room for each debt, and its answers in words. What is vague is asked back first."""
    turn.state.wishes = {one: questions.plain(wish) for one, wish in wishes.items()}
    if vague is not None and (missing := _asks_back(vague, wishes)):
        _ask(turn, missing, wishes, vague=vague)
        return
    asked_for_rest = isinstance(turn.asked, questions.Terms) and turn.asked.missing == Ask.REST.value
    if not asked_for_rest and _leaves_rest(debts, wishes):
        _ask(turn, Ask.REST.value, wishes)
        return
    wishes = _as_rounded(turn, debts, wishes)
    shared = _shared(turn, debts, wishes)
    answered = negotiation.respond_for_all(turn.session, turn.who(), shared, turn.now, turn.today)
    given = [answer for _, answer, _ in answered]
    missing_part = next((answer for answer in given if isinstance(answer, Missing)), None)
    if missing_part is not None:
        _ask(turn, missing_part.ask.value, wishes)
    elif any(isinstance(answer, NoRoom) for answer in given):
        turn.then_plain("no_room")
    else:
        answering.answers(turn, answered, shared, wishes.get(ALL))


def _leaves_rest(debts: Sequence[accounts.Debt], wishes: Wishes) -> bool:
    """Some payments of their own, and nothing said of what is left: that is asked, and no plan made up for it."""
    owed = {debt.id: debt.balance for debt in debts} | {ALL: wishing.owed(debts)}
    theirs = {ALL: wishes[ALL]} if ALL in wishes else wishes
    return any(one in owed and negotiation.leaves_rest(wish, owed[one]) for one, wish in theirs.items())


def _as_rounded(turn: Turn, debts: Sequence[accounts.Debt], wishes: Wishes) -> Wishes:
    """ "25", of 25.62 that we offered, is our offer; "20.25", of 81.01, are four payments and no fifth of a cent."""
    if len(debts) == 1:
        wishes = {one: _without_odd_cents(wish, debts[0].balance) for one, wish in wishes.items()}
    ids = {ALL: tuple(debt.id for debt in debts)} if ALL in wishes else {one: (one,) for one in wishes}
    heard = {
        one: negotiation.as_offered(turn.session, turn.who(), ids[one], wishes[one], turn.now, turn.today) for one in ids
    }
    return {**wishes, **heard}


def _without_odd_cents(wish: Proposal, balance: Money) -> Proposal:
    """As many payments as they mean where fewer cents are left over than there are payments."""
    if wish.each is None or wish.frequency is None or wish.count or wish.parts or wish.each.minor < 1:
        return wish
    count, rest = divmod(balance.minor, wish.each.minor)
    return replace(wish, count=count) if 0 < rest < count else wish


def _shared(turn: Turn, debts: Sequence[accounts.Debt], wishes: Wishes) -> Wishes:
    """A wish for each debt: one for all of them is shared out by what each needs."""
    whole = wishes.get(ALL)
    if whole is None:
        return wishes
    ids = [debt.id for debt in debts]
    return negotiation.for_each(turn.session, turn.who(), ids, whole, turn.now, turn.today)


def _places(turn: Turn, act: Propose) -> meant.Places:
    """One that is named while several are talked about is a part of that talk, unless it leaves out the others."""
    further = [said.act.debts for said in turn.queue if isinstance(said.act, Propose)]
    if act.left_out and not further:
        return act.debts
    if isinstance(act.debts, tuple) and len(turn.known.talking_of) > 1:
        talked_of = {n for n, debt in enumerate(turn.known.debts, 1) if debt in turn.known.talking_of}
        return None if set(act.debts) <= talked_of else act.debts
    if act.debts and any(isinstance(places, tuple) for places in further):
        places = {n for places in (act.debts, *further) if isinstance(places, tuple) for n in places}
        return tuple(sorted(places))
    return act.debts


def _asks_back(vague: Vague, wishes: Mapping[str, Proposal]) -> str | None:
    """What has to be asked, unless the rest of what they said is enough."""
    missing, wish = _ASK_FOR_VAGUE[vague.question], next(iter(wishes.values()), Proposal())
    if missing == "paydays" and wish.frequency not in (None, Frequency.PAYDAY):
        return "date"
    has_amount = wish.payment or wish.total or wish.percent or wish.parts
    is_there = {"amount": has_amount, "frequency": wish.frequency}.get(missing)
    return None if is_there else missing


def _as_settlement(wish: Proposal) -> Proposal:
    named = [amount for _, amount in wish.parts if isinstance(amount, Money)]
    total = sum(named[1:], named[0]) if named else wish.payment or wish.total
    day = next((day for day, _ in wish.parts if day), wish.first_date)
    return Proposal(wants="settlement", total=total, first_date=day, lump=True)


def _as_first(wish: Proposal) -> Proposal:
    """A sum in all of which the rest is asked about: a first part, to which what they say next is the rest."""
    if wish.total is None or wish.parts:
        return wish
    return replace(wish, total=None, first_date=None, parts=((wish.first_date, wish.total),))


def _ask(turn: Turn, missing: str, wishes: Wishes, response: str | None = None, *, vague: Vague | None = None) -> None:
    """The part that is missing, in words that fit what is there already."""
    wish = next(iter(wishes.values()), Proposal())
    if missing == Ask.DATE.value and wish.wants == "pause":
        missing = "until"
    before = turn.state.question
    if vague is not None and vague.is_over and missing == "date":
        turn.say("utter_payments_day_over")
    groups = before.groups if isinstance(before, (questions.Accept, questions.Choice, questions.Terms)) else ()
    days = vague.days if vague is not None and len(vague.days) == 2 else ()
    period = vague.period if vague is not None and missing == "date" else None
    kept = {one: _as_first(its) for one, its in wishes.items()} if missing == Ask.REST.value else wishes
    question = questions.Terms(missing=missing, wishes=kept, days=days, period=period, groups=groups,
                               again=_ASK[missing])  # fmt: skip
    if missing == "date" and days:
        turn.ask(question, "utter_negotiation_ask_which_day", first=days[0], second=days[1])
    elif missing == "date" and vague is not None and vague.period:
        first, last = vague.period
        if vague.is_month:
            turn.ask(question, "utter_negotiation_ask_day_of_month", month=say.month(turn, last))
        else:
            turn.ask(question, "utter_negotiation_ask_day_between", first=first, last=last)
    elif missing == "count" and wish.total and response is None:
        turn.ask(question, "utter_negotiation_ask_count_of_total", total=wish.total)
    elif missing == "rest" and wish.total:
        turn.ask(question, "utter_negotiation_ask_total", total=wish.total)
    elif missing == "date" and wish.parts:
        turn.ask(question, "utter_negotiation_ask_rest_day")
    elif missing == "amount" and wish.first_date and not wish.frequency and response is None:
        turn.ask(question, "utter_negotiation_ask_amount_on", date=wish.first_date)
    else:
        turn.ask(question, response or _ASK[missing])


@handles("choose", asked=("terms",))
def chose_day(turn: Turn, act: Plain) -> None:
    """ "1" or "2" of the two days that they may have meant."""
    option = getattr(act, "option", None)
    days = turn.asked.days if isinstance(turn.asked, questions.Terms) else ()
    if option is None or not 1 <= option <= len(days):
        turn.then_plain("unclear")
    else:
        turn.then(Propose(first=days[option - 1]))
