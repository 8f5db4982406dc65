"""What an offer of a person is called, and why somebody may make it: the row of the policy, days that move, whose authority."""

from __future__ import annotations

from datetime import date

from bot import contact, negotiation
from bot.negotiation import Kind, Made, Weighed
from bot.web import texts
from bot.web.parts import written_day


def in_words(made: Made, today: date, spoken: str) -> str:
    return negotiation.in_words(made.offer, phrase_of(today, spoken))


def phrase_of(today: date, spoken: str) -> negotiation.Phrase:
    def phrase(response: str, **values: object) -> str:
        return contact.texts.render(response, spoken, values, today=today).text

    return phrase


def sort_of(kind: Kind | str) -> str:
    """`promise`, `plan`, or `payment` for one payment that closes it."""
    if kind == Kind.PROMISE:
        return "promise"
    return "payment" if kind in (Kind.FULL, Kind.SETTLEMENT) else "plan"


def reasons(weighed: Weighed, role: str, spoken: str) -> list[str]:
    """For whoever has this role and is about to offer it, or to ask for it."""
    say = texts.speaker(spoken)
    found = [*_days(weighed, spoken), say("offer_row", row=weighed.decision.row)]
    offer, settlement = weighed.offer, weighed.decision.limits.settlement
    if weighed.needs == "":
        return [*found, say("offer_within")]
    if offer.discount.is_positive:
        floor = settlement.floor if settlement is not None else weighed.case.balance
        found.append(say("offer_below", total=offer.total.text(spoken), floor=floor.text(spoken)))
    found += _term(weighed, role, spoken)
    assert weighed.needs is not None
    return [*found, say("offer_needs", role=say(f"desk_role_{weighed.needs}"))]


def _term(weighed: Weighed, role: str, spoken: str) -> list[str]:
    """How long the plan runs, in months from its first payment to its last, and nothing else."""
    say, term = texts.speaker(spoken), weighed.term
    if term is None:
        return []
    least = weighed.decision.limits.plan.min_payment.text(spoken)
    mine = term.by_role.get(role, term.table)
    found = [say("offer_term", takes=term.takes, table=term.table, role=say(f"desk_role_{role}"), mine=mine)]
    return [*found, say("offer_term_low", least=least, table=term.table)] if term.is_low else found


def _days(weighed: Weighed, spoken: str) -> list[str]:
    if not weighed.moved:
        return []
    (asked, due), *more = weighed.moved
    say = texts.speaker(spoken)
    told = [say("offer_moved", asked=written_day(spoken, asked), due=written_day(spoken, due))]
    return [*told, say("offer_moved_more", n=len(more))] if more else told
