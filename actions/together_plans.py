"""A plan for several debts at once: "100 a month for all", "20 a month on each", "50 on the gym and 80 on the clinic".

Each debt keeps its own agreement and its own limits. What they name for all is shared out; what they name for one of
them is that one's own wish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions import figures, proposals
from actions.answers import answers
from actions.asking import ASK_BACK, ask_for
from actions.debts import named_in, say_about, told_apart
from actions.handoff import hand_over
from actions.offers import NO_LINK, say_options
from actions.payments import link_for
from actions.terms import collector, terms
from actions.together import EACH, ONE_BY_ONE, debts_together, gather, one_by_one
from actions.together_payments import divide, pay_once, pays_now
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn
from bot.handoff import Reason
from bot.negotiation import Countered, FinalOffer, Kind, Made, Missing, NoRoom, Proposal

_KINDS = (Kind.FULL, Kind.SHORT_PLAN, Kind.LONG_PLAN, Kind.SETTLEMENT, Kind.PAUSE, Kind.TOKEN)
_ONCE = {
    Kind.FULL: "utter_negotiation_together_full",
    Kind.SETTLEMENT: "utter_negotiation_together_settlement",
    Kind.TOKEN: "utter_negotiation_together_token",
}
NONE: Mapping[str, Proposal] = {}
Answered = Sequence[tuple[str, negotiation.Answer, Made | None]]


def say_choices(turn: Turn) -> None:
    """What can be done about all of them at once, and that one by one is possible too."""
    if not turn.state.together:
        gather(turn)
    if len(turn.state.together) == 1:
        turn.state.together = []
        say_options(turn)
        return
    found = negotiation.options_for_all(turn.session, turn.who(), turn.now, turn.today)
    open_ones = [one for one in found if one.debt.id in turn.state.together]
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
    if kind is Kind.PAUSE:
        return turn.phrase("utter_negotiation_terms_pause", until=min(o.until or o.expires for o in offers))
    zero = Money.zero(offers[0].total.currency)
    first = [o.schedule[0] for o in offers]
    day, amount = min(part.due for part in first), sum((part.amount for part in first), zero)
    if kind in _ONCE:
        total, discount = sum((o.total for o in offers), zero), sum((o.discount for o in offers), zero)
        return turn.phrase(_ONCE[kind], date=day, total=total, discount=discount, amount=amount)
    count = max(len(o.schedule) for o in offers)
    return turn.phrase("utter_negotiation_together_plan", amount=amount, count=count, date=day)


def answer_for_all(turn: Turn) -> None:
    """Money to divide now, or terms for all of them. A link without an amount is for all that is owed."""
    has_plan = any(negotiation.current_agreement(turn.session, debt_id) for debt_id in turn.state.together)
    named = any(e["entity"] == "amount" for e in turn.matter.entities)
    divided = turn.state.question is not None and turn.state.question.kind == "shares"
    if not (pays_now(turn) and (named or has_plan or divided)):
        bargain_for_all(turn)
    elif not divide(turn):
        respond_for_all(turn, Proposal(wants="full"))


def bargain_for_all(turn: Turn) -> None:
    """One call to the room for each of them, and the answers as one."""
    debts = debts_together(turn)
    owed = sum((debt.balance for debt in debts), Money.zero(debts[0].balance.currency))
    fresh = figures.read(turn.matter, turn.today, owed)
    if fresh.frequency and fresh.wants == "full":
        fresh = replace(fresh, wants="plan")
    begins_anew = fresh.percent is not None or fresh.wants in ("settlement", "full", "pause")
    table, own = (None, {}) if begins_anew else _on_table(turn)
    if own and proposals.is_empty(fresh) and not turn.matter.vague:
        turned_down_for_all(turn)
        return
    proposal = proposals.merge(table, replace(fresh, wants=fresh.wants or table.wants)) if table else fresh
    own = _own(turn, debts, proposal, own)
    if not own and proposals.is_empty(proposal) and not turn.matter.vague and proposal.wants not in ("full", "pause"):
        say_choices(turn)
        return
    vague = figures.question(turn.matter, proposal)
    if vague is not None:
        _ask_for(turn, proposal, own, ASK_BACK[vague["question"]])
        return
    respond_for_all(turn, proposal, own)


def respond_for_all(turn: Turn, proposal: Proposal, own: Mapping[str, Proposal] = NONE) -> None:
    """What policy answers to a proposal for all of them, or to a wish for each."""
    who, ids = turn.who(), turn.state.together
    wishes = own or negotiation.for_each(turn.session, who, ids, proposal, turn.now, turn.today)
    answered = negotiation.respond_for_all(turn.session, who, wishes, turn.now, turn.today)
    _say_all(turn, proposal, answered, own, {} if own else wishes)


def _on_table(turn: Turn) -> tuple[Proposal | None, dict[str, Proposal]]:
    """What the open question is about: a proposal for all of them, and what they wish for each where they said so."""
    question = turn.state.question
    if question is None or question.kind not in ("accept_all", "terms_all", "shares"):
        return None, {}
    own = {debt_id: proposals.load(wish) for debt_id, wish in question.data.get("own", {}).items()}
    return (None if question.kind == "shares" else proposals.load(question.data.get("proposal") or {})), own


def _own(
    turn: Turn, debts: list[accounts.Debt], proposal: Proposal, before: dict[str, Proposal]
) -> dict[str, Proposal]:
    """A wish for each of them: an amount by name, the same on each, or what they said before with this change."""
    text = turn.matter.whole or turn.matter.text
    places = named_in(text, debts)
    amounts = [e for e in turn.matter.entities if e["entity"] == "amount" and e.get("about") in (None, "expense")]
    fresh = figures.read(turn.matter, turn.today, debts[0].balance)
    fresh = replace(fresh, wants=proposal.wants)
    if len(amounts) == len(debts) == len(set(places.values())):
        base = replace(proposal, total=None, parts=(), at_most=None, at_least=None)
        return {debt_id: replace(base, each=Money(amount["minor"], amount["currency"]))
                for amount, debt_id in zip(amounts, sorted(places, key=lambda one: places[one]), strict=True)}  # fmt: skip
    if EACH.search(text) and amounts:
        return {debt.id: proposals.merge(before.get(debt.id, Proposal()), fresh) for debt in debts}
    if before and len(places) == 1:
        return {**before, **{named: proposals.merge(before[named], fresh) for named in places}}
    return {} if amounts or fresh.percent else {one: proposals.merge(wish, fresh) for one, wish in before.items()}


def _say_all(
    turn: Turn, proposal: Proposal, answered: Answered, own: Mapping[str, Proposal] = NONE,
    shares: Mapping[str, Proposal] = NONE,
) -> None:  # fmt: skip
    """`shares` are what each gets of what they named for all of them."""
    given = [answer for _, answer, _ in answered]
    missing = next((answer for answer in given if isinstance(answer, Missing)), None)
    if missing is not None:
        _ask_for(turn, proposal, own, missing.ask)
        return
    if any(isinstance(answer, NoRoom) for answer in given):
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
        return
    made = [one for _, _, one in answered if one is not None]
    data = {"offers": [one.id for one in made], **_kept(proposal, _as_wishes(made))}
    again = "utter_negotiation_ask_accept_again"
    countered = any(isinstance(answer, (Countered, FinalOffer)) for answer in given)
    if countered:
        stands = _on_table(turn)[1] == _as_wishes(made)
        name = "utter_negotiation_together_countered_again" if stands else "utter_negotiation_together_countered"
        turn.ask("accept_all", name, data, again, lines=_lines(turn, made), reason=_reason(turn, answered, shares))
    else:
        turn.ask("accept_all", "utter_negotiation_together_read_back", data, again, lines=_lines(turn, made))


def _reason(turn: Turn, answered: Answered, shares: Mapping[str, Proposal]) -> str:
    """Of the first that cannot be as they wish, by name; and how much of what they named would be for that one."""
    stopped = ((one, answer) for one, answer, _ in answered if isinstance(answer, (Countered, FinalOffer)))
    debt_id, answer = next(stopped)
    client = told_apart(turn, debts_together(turn))[debt_id]
    reason = turn.phrase(f"utter_negotiation_reason_{answer.reason.value}", **answer.values)
    share = shares.get(debt_id, Proposal())
    amount = share.payment or share.total
    if amount is None:
        return turn.phrase("utter_negotiation_together_line", client=client, terms=reason)
    return turn.phrase("utter_negotiation_together_share", client=client, amount=amount) + " " + reason


def _as_wishes(made: Sequence[Made]) -> dict[str, Proposal]:
    """So that "80 on the clinic" changes that one and leaves the others as they were offered."""
    return {one.debt_id: proposals.of_offer(one.offer) for one in made}


def _kept(proposal: Proposal, own: Mapping[str, Proposal]) -> dict[str, Any]:
    return {
        "proposal": proposals.dump(proposal),
        "own": {debt_id: proposals.dump(wish) for debt_id, wish in own.items()},
    }


def _ask_for(turn: Turn, proposal: Proposal, own: Mapping[str, Proposal], ask: negotiation.Ask) -> None:
    ask_for(turn, proposal, ask, "terms_all")
    assert turn.state.question is not None
    data = {**turn.state.question.data, **_kept(proposal, own)}
    turn.state.question = replace(turn.state.question, data=data)


def _lines(turn: Turn, made: Sequence[Made]) -> str:
    clients = told_apart(turn, debts_together(turn))
    return "\n".join(
        turn.phrase("utter_negotiation_together_line", client=clients[one.debt_id], terms=terms(turn, one.offer))
        for one in made
    )


def turned_down_for_all(turn: Turn) -> None:
    """No, and no figure with it: what would work, on all of them."""
    table, own = _on_table(turn)
    data = {**_kept(table or Proposal(), own), "ask": negotiation.Ask.AMOUNT.value}
    turn.ask("terms_all", "utter_negotiation_ask_what_works", data)


@answers("choice_all")
def chose_for_all(turn: Turn) -> bool:
    """One of the numbered choices for all of them, read back; or one by one."""
    assert turn.state.question is not None
    groups, option = turn.state.question.data["groups"], turn.matter.named("option")
    if option == len(groups) + 1 or ONE_BY_ONE.search(turn.message.text):
        one_by_one(turn)
        return True
    names = named_in(turn.message.text, debts_together(turn))
    if len(names) == 1 and not turn.matter.names_figures:
        about = next(debt for debt in debts_together(turn) if debt.id in names)
        turn.answered()
        say_about(turn, about)
        say_options(turn)
        return True
    if not isinstance(option, int) or not 1 <= option <= len(groups):
        return False
    made = [negotiation.offer(turn.session, turn.who(), offer) for offer in groups[option - 1]]
    answered = [(one.debt_id, negotiation.Accepted(one.offer), one) for one in made]
    _say_all(turn, proposals.of_offer(made[0].offer), answered)
    return True


@answers("terms_all")
def more_for_all(turn: Turn) -> bool:
    """The part that was missing, for all of them. "Once" to how often is a payment now."""
    assert turn.state.question is not None
    data = turn.state.question.data
    fresh = figures.read(turn.matter, turn.today, debts_together(turn)[0].balance)
    if proposals.is_empty(fresh) and not turn.matter.vague:
        once = data.get("ask") == negotiation.Ask.FREQUENCY.value and turn.matter.intent == "inform"
        if once:
            table, own = _on_table(turn)
            pay_once(turn, table or Proposal(), own)
        return once
    bargain_for_all(turn)
    return True


@answers("accept_all")
def said_yes_to_all(turn: Turn) -> bool:
    """Yes sets all of them up; no asks for their own figure."""
    assert turn.state.question is not None
    data, intent = turn.state.question.data, turn.matter.intent
    fresh = figures.read(turn.matter, turn.today, debts_together(turn)[0].balance)
    if not proposals.is_empty(fresh):
        bargain_for_all(turn)
        return True
    if intent == "affirm":
        agree_to_all(turn, data["offers"])
    elif intent == "deny":
        turned_down_for_all(turn)
    return intent in ("affirm", "deny")


def agree_to_all(turn: Turn, offers: Sequence[str]) -> None:
    """Each its own agreement, with the link for what is due first and the written agreement."""
    who, lines = turn.who(), []
    clients = told_apart(turn, debts_together(turn))
    for offer_id in offers:
        agreed = negotiation.accept(
            turn.session, who, offer_id, turn.now, turn.today, turn.message.id, by=collector(turn)
        )
        document = negotiation.document_link(turn.session, agreed, turn.settings.public_url)
        client = clients[agreed.debt_id]
        if agreed.schedule and agreed.kind not in NO_LINK:
            first = agreed.schedule[0]
            url, _ = link_for(turn, who, agreed.debt_id, first.amount, agreed, due=first.due)
            values = {"client": client, "amount": first.amount, "date": first.due, "url": url}
            lines.append(turn.phrase("utter_negotiation_together_link", **values))
        lines.append(turn.phrase("utter_negotiation_together_document", client=client, url=document))
    turn.answered()
    turn.state.together, turn.state.refusals = [], 0
    turn.say("utter_negotiation_together_agreed", lines="\n".join(lines))
