"""What a text states must be so when it is said: the facts that responses name under `requires`, and how each is checked.

A response may name another that is said when its facts are not so (`otherwise`). Without one, an untrue text is an
error: the turn is taken back and a person gets it. Two facts are made true instead: that a colleague has been asked, and,
where they hear that nothing is taken today, that it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from bot import accounts, contact, handoff, payments
from bot.contact import texts
from bot.dialogue import composing, effects
from bot.dialogue.turn import Turn


def render(turn: Turn, name: str, values: Mapping[str, object]) -> contact.Say:
    """The response, or the one that is true in its place. Raises TextError.

    `values` may hold the form in which the turn was composed.
    """
    response = texts.load().get(name)
    untrue = [fact for fact in (response.requires if response else ()) if not holds(turn, fact)]
    if response is not None and untrue and response.otherwise:
        return render(turn, response.otherwise, {**turn.values(), **values})
    true = set(response.requires if response else ()) - set(untrue)
    talk, form = turn.conversation, cast(texts.Form, values.get(composing.FORM, "whole"))
    return texts.render(name, talk.language, values, today=turn.today, true=true, channel=talk.channel, form=form,
                        says_tu=turn.state.says_tu)  # fmt: skip


def holds(turn: Turn, fact: str) -> bool:
    """Whether it is so now, as the database has it. `held:cease` is a hold of that kind."""
    name, _, kind = fact.partition(":")
    if name == "held" and kind:
        return any(hold.kind.value == kind for hold in _held(turn))
    return CHECKS[name](turn)


def _held(turn: Turn) -> tuple[contact.Hold, ...]:
    return contact.holds_over(turn.session, contact.conversation(turn.session, turn.conversation.id), turn.now)


def _is_held(turn: Turn) -> bool:
    return bool(_held(turn)) or any(turn.known.is_held(debt) for debt in turn.known.debts)


def _person_asked(turn: Turn) -> bool:
    """Whoever is told that a colleague will see to it is on that colleague's list: when nobody asked, we ask now."""
    if handoff.open_case_of(turn.session, turn.conversation.id) is None:
        effects.open_case(turn, handoff.Reason.REQUEST)
    return True


def _opted_out(turn: Turn) -> bool:
    talk = turn.conversation
    return contact.opted_out_since(turn.session, talk.channel, talk.address) is not None


def _no_legal_step(turn: Turn) -> bool:
    """None is recorded for any of their debts."""
    return not any(accounts.has_legal_step(turn.session, debt.id) for debt in turn.known.debts)


def _nothing_due_today(turn: Turn) -> bool:
    parts = (part for _, left in turn.known.plans.values() for part in left)
    return not any(part.due <= turn.today for part in parts)


def _to_take_today(turn: Turn) -> tuple[tuple[payments.mandate_store.Mandate, payments.mandate_store.Charge], ...]:
    """What is announced for today and not with the bank yet; of what is on hold nothing is taken."""
    party = turn.known.party if turn.is_verified else None
    return tuple(
        (mandate, charge)
        for mandate in (payments.mandate_store.active_of(turn.session, party.id) if party is not None else ())
        for charge in payments.mandate_store.waiting(turn.session, mandate.id)
        if charge.charge_on == turn.today and not _is_debt_held(turn, charge.debt_id)
    )


def _is_debt_held(turn: Turn, debt_id: str) -> bool:
    return any(turn.known.is_held(debt) for debt in turn.known.debts if debt.id == debt_id)


def _is_being_taken(turn: Turn) -> bool:
    """With the bank already: no word of theirs stops it."""
    return any(payments.is_on_its_way(turn.session, debt.id) for debt in turn.known.debts)


def _nothing_taken_today(turn: Turn) -> bool:
    return not _to_take_today(turn) and not _is_being_taken(turn)


def _left_out_today(turn: Turn) -> bool:
    """Whoever cannot pay and hears that nothing is taken today is right: what was to be taken by itself is left out, as
    if they had asked for it (12 CFR 1005.10(c)). The part stays due as the plan says.
    """
    for mandate, charge in _to_take_today(turn):
        payments.leave_out(turn.session, mandate, charge.due, charge.amount, turn.now)
    return not _is_being_taken(turn)


def _somebody_is_on_call(turn: Turn) -> bool:
    """A pager of the operator; in a demo, whoever sits at the desk."""
    return bool(turn.settings.pager) or not turn.settings.is_live


CHECKS: dict[str, Callable[[Turn], bool]] = {
    "held": _is_held,
    "person_asked": _person_asked,
    "on_call": _somebody_is_on_call,
    "opted_out": _opted_out,
    "not_opted_out": lambda turn: not _opted_out(turn),
    "nobody_asked": lambda turn: handoff.open_case_of(turn.session, turn.conversation.id) is None,
    "hours_barred": lambda turn: bool(contact.places.barred_times(turn.session, effects.parties(turn))),
    "known_party": lambda turn: bool(effects.parties(turn)),
    "no_legal_step": _no_legal_step,
    "nothing_due_today": _nothing_due_today,
    "nothing_taken_today": _nothing_taken_today,
    "left_out_today": _left_out_today,
}
