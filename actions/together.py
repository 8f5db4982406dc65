"""Several debts as one: "both", "100 a month for all", "50 on the gym and 80 on the clinic".

Each debt keeps its own agreement and its own limits; what they name is shared out as they direct, and nothing goes
to a debt that is disputed or on hold. One by one is always possible.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from actions import figures, proposals
from actions.answers import answers, what_else
from actions.asking import ask_for
from actions.debts import called, named_in, say_about
from actions.handoff import hand_over
from actions.offers import NO_LINK, say_options
from actions.order import TERMS
from actions.payments import link_for
from actions.terms import collector, terms
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn
from bot.handoff import Reason
from bot.negotiation import Ask, Countered, FinalOffer, Kind, Made, Missing, NoRoom, Proposal

_ALL = re.compile(
    r"\b(?:both|all (?:two|three|four|of them)|(?:all )?(?:my|the|these) (?:accounts|debts)|together|all accounts"
    r"|ambas?|ambos|l[ao]s (?:dos|tres|cuatro)|todas(?: las cuentas| mis cuentas)?|junt[ao]s)\b",
    re.IGNORECASE,
)
_ONE_BY_ONE = re.compile(
    r"\b(?:one (?:by one|at a time|after)|separate(?:ly)?|each on its own|una por una|por separado|de una en una)\b",
    re.IGNORECASE,
)
_KINDS = (Kind.FULL, Kind.SHORT_PLAN, Kind.LONG_PLAN, Kind.SETTLEMENT)
_ONCE = {Kind.FULL: "utter_negotiation_together_full", Kind.SETTLEMENT: "utter_negotiation_together_settlement"}
Answered = Sequence[tuple[str, negotiation.Answer, Made | None]]


_EVERYTHING = re.compile(
    r"\b(?:everything|all of it|in total|total|altogether|(?:for|on) all|todo|en total)\b", re.IGNORECASE
)
"""All of them, where no single one is talked about."""


def open_to_talk(turn: Turn) -> list[accounts.Debt]:
    """Their debts that something can be agreed about, oldest first."""
    found = negotiation.options_for_all(turn.session, turn.who(), turn.now, turn.today)
    return [one.debt for one in found if not one.on_hold]


def talks_of_all(turn: Turn) -> bool:
    """They mean all of their debts at once, now or since they said so."""
    text = turn.matter.whole or turn.matter.text
    if not turn.is_verified():
        return False
    theirs = accounts.open_debts(turn.session, turn.who(), turn.now)
    named = named_in(text, theirs)
    if len(theirs) < 2 or (len(named) == 1 and not _ALL.search(text)):
        turn.state.together = []
        return False
    if _ONE_BY_ONE.search(text):
        turn.state.together = []
        return False
    free = turn.state.debt_id is None and turn.matter.intent in TERMS
    if _ALL.search(text) or len(named) > 1 or (free and _EVERYTHING.search(text)):
        turn.state.together = [debt.id for debt in open_to_talk(turn)]
    return len(turn.state.together) > 1


def say_choices(turn: Turn) -> None:
    """What can be done about all of them at once, and that one by one is possible too."""
    found = negotiation.options_for_all(turn.session, turn.who(), turn.now, turn.today)
    open_ones = [one for one in found if not one.on_hold]
    for held in (one.debt for one in found if one.on_hold):
        turn.say("utter_negotiation_together_held", product=called(turn, held), client=held.client)
    turn.state.debt_id, turn.state.together = None, [one.debt.id for one in open_ones]
    groups, lines = [], []
    for kind in _KINDS:
        group = [next((made for made in one.made if made.offer.kind is kind), None) for one in open_ones]
        if all(group):
            groups.append([made.id for made in group if made])
            lines.append(_line(turn, kind, [made for made in group if made]))
    lines.append(turn.phrase("utter_negotiation_together_single"))
    total = sum((one.debt.balance for one in open_ones), Money.zero(open_ones[0].debt.balance.currency))
    options = "\n".join(f"{number} {line}" for number, line in enumerate(lines, 1))
    again = "utter_negotiation_ask_choice_again"
    turn.ask(
        "choice_all", "utter_negotiation_together_options", {"groups": groups}, again, options=options, total=total
    )


def _line(turn: Turn, kind: Kind, group: list[Made]) -> str:
    """One choice for all of them, in one line."""
    offers = [made.offer for made in group]
    zero = Money.zero(offers[0].total.currency)
    total, discount = sum((o.total for o in offers), zero), sum((o.discount for o in offers), zero)
    first = [o.schedule[0] for o in offers]
    values = {"date": min(part.due for part in first), "total": total, "discount": discount}
    if kind in _ONCE:
        return turn.phrase(_ONCE[kind], **values)
    amount, count = sum((part.amount for part in first), zero), max(len(o.schedule) for o in offers)
    return turn.phrase("utter_negotiation_together_plan", amount=amount, count=count, date=values["date"])


def on_table_for_all(turn: Turn) -> Proposal | None:
    """What the open question is about, when it is about all of them."""
    question = turn.state.question
    if question is None or question.kind not in ("accept_all", "terms_all"):
        return None
    return proposals.load(question.data.get("proposal") or {})


def bargain_for_all(turn: Turn, table: Proposal | None = None) -> None:
    """One call to the room for all of them, and its answer in words."""
    who, ids = turn.who(), turn.state.together
    debts = [debt for debt in accounts.open_debts(turn.session, who, turn.now) if debt.id in ids]
    owed = sum((debt.balance for debt in debts), Money.zero(debts[0].balance.currency))
    fresh = figures.read(turn.matter, turn.today, owed)
    proposal = proposals.merge(table, replace(fresh, wants=fresh.wants or table.wants)) if table else fresh
    if proposals.is_empty(proposal) and not turn.matter.vague and proposal.wants not in ("full", "pause"):
        say_choices(turn)
        return
    vague = figures.question(turn.matter, proposal)
    if vague is not None:
        ask_for(turn, proposal, Ask.DATE, "terms_all")
        return
    directed = _directed(turn, debts, proposal)
    wishes = directed or negotiation.for_each(turn.session, who, ids, proposal, turn.now, turn.today)
    answered = negotiation.respond_for_all(turn.session, who, wishes, turn.now, turn.today)
    _say_all(turn, proposal, answered, {debt.id: debt for debt in debts})


def _say_all(turn: Turn, proposal: Proposal, answered: Answered, debts: Mapping[str, accounts.Debt]) -> None:
    given = [answer for _, answer, _ in answered]
    missing = next((answer for answer in given if isinstance(answer, Missing)), None)
    if missing is not None:
        ask_for(turn, proposal, missing.ask, "terms_all")
        return
    if any(isinstance(answer, NoRoom) for answer in given):
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
        return
    made = [one for _, _, one in answered if one is not None]
    lines = "\n".join(
        turn.phrase("utter_negotiation_together_line", client=debts[one.debt_id].client, terms=terms(turn, one.offer))
        for one in made
    )
    data = {"offers": [one.id for one in made], "proposal": proposals.dump(proposal)}
    again = "utter_negotiation_ask_accept_again"
    countered = any(isinstance(answer, (Countered, FinalOffer)) for answer in given)
    name = "utter_negotiation_together_countered" if countered else "utter_negotiation_together_read_back"
    turn.ask("accept_all", name, data, again, lines=lines)


def _directed(turn: Turn, debts: list[accounts.Debt], proposal: Proposal) -> dict[str, Proposal] | None:
    """ "50 on the gym and 80 on the clinic": an amount for each by name; None when they named none."""
    text = turn.matter.whole or turn.matter.text
    amounts = [e for e in turn.matter.entities if e["entity"] == "amount" and not e.get("about")]
    places = [(place, debt) for debt in debts for place in named_in(text, [debt]).values()]
    if len(amounts) != len(debts) or len(places) != len(debts):
        return None
    places.sort(key=lambda one: one[0])
    amounts.sort(key=lambda one: int(one["start"]))
    base = replace(proposal, total=None, parts=(), at_most=None, at_least=None)
    return {debt.id: replace(base, each=Money(amount["minor"], amount["currency"]))
            for amount, (_, debt) in zip(amounts, places, strict=True)}  # fmt: skip


@answers("terms_all")
def more_for_all(turn: Turn) -> bool:
    """The part that was missing, for all of them."""
    assert turn.state.question is not None
    data = turn.state.question.data
    fresh = figures.read(turn.matter, turn.today, Money.zero("USD"))
    if proposals.is_empty(fresh) and not turn.matter.vague:
        return False
    bargain_for_all(turn, proposals.load(data.get("proposal") or {}))
    return True


@answers("choice_all")
def chose_for_all(turn: Turn) -> bool:
    """One of the numbered choices for all of them, read back; or one by one."""
    assert turn.state.question is not None
    groups, option = turn.state.question.data["groups"], turn.matter.named("option")
    if option == len(groups) + 1 or _ONE_BY_ONE.search(turn.message.text):
        one_by_one(turn)
        return True
    if not isinstance(option, int) or not 1 <= option <= len(groups):
        return False
    who = turn.who()
    made = [negotiation.offer(turn.session, who, offer) for offer in groups[option - 1]]
    debts = {debt.id: debt for debt in accounts.open_debts(turn.session, who, turn.now)}
    answered = [(one.debt_id, negotiation.Accepted(one.offer), one) for one in made]
    _say_all(turn, proposals.of_offer(made[0].offer), answered, debts)
    return True


@answers("accept_all")
def said_yes_to_all(turn: Turn) -> bool:
    """Yes sets all of them up; no asks for their own figure."""
    assert turn.state.question is not None
    data, intent = turn.state.question.data, turn.matter.intent
    fresh = figures.read(turn.matter, turn.today, Money.zero("USD"))
    if intent in ("affirm", "deny", "inform") and not proposals.is_empty(fresh):
        bargain_for_all(turn, proposals.load(data["proposal"]))
        return True
    if intent == "affirm":
        agree_to_all(turn, data["offers"])
    elif intent == "deny":
        turn.ask("terms_all", "utter_negotiation_ask_what_works", {"proposal": data["proposal"]})
    return intent in ("affirm", "deny")


def agree_to_all(turn: Turn, offers: Sequence[str]) -> None:
    """Each its own agreement, with the link for what is due first and the written agreement."""
    who, lines = turn.who(), []
    debts = {debt.id: debt for debt in accounts.open_debts(turn.session, who, turn.now)}
    for offer_id in offers:
        agreed = negotiation.accept(
            turn.session, who, offer_id, turn.now, turn.today, turn.message.id, by=collector(turn)
        )
        document = negotiation.document_link(turn.session, agreed, turn.settings.public_url)
        client = debts[agreed.debt_id].client
        lines.append(turn.phrase("utter_negotiation_together_document", client=client, url=document))
        if agreed.schedule and agreed.kind not in NO_LINK:
            first = agreed.schedule[0]
            url, _ = link_for(turn, who, agreed.debt_id, first.amount, agreed, due=first.due)
            lines.append(turn.phrase("utter_negotiation_together_link", amount=first.amount, date=first.due, url=url))
    turn.answered()
    turn.state.together, turn.state.refusals = [], 0
    turn.say("utter_negotiation_together_agreed", lines="\n".join(lines))


def one_by_one(turn: Turn) -> None:
    """The oldest first; after each agreement the next one is offered."""
    debt = open_to_talk(turn)[0]
    turn.answered()
    turn.state.together = []
    say_about(turn, debt)
    say_options(turn)


def say_next(turn: Turn, debt_id: str) -> bool:
    """After an agreement: the next one that has none. False when there is nothing more to talk about."""
    others = [debt for debt in open_to_talk(turn) if debt.id != debt_id]
    free = [debt for debt in others if negotiation.current_agreement(turn.session, debt.id) is None]
    if not free:
        return False
    turn.ask("next", "utter_negotiation_together_next", {"debt": free[0].id}, client=free[0].client)
    return True


@answers("next")
def goes_on(turn: Turn) -> bool:
    """Yes: what can be done about the next one."""
    assert turn.state.question is not None
    if turn.matter.intent not in ("affirm", "deny"):
        return False
    wanted = turn.state.question.data["debt"]
    turn.answered()
    debt = next((one for one in open_to_talk(turn) if one.id == wanted), None)
    if turn.matter.intent == "deny" or debt is None:
        what_else(turn)
    else:
        say_about(turn, debt)
        say_options(turn)
    return True
