"""Several matters in one message: which belong together, and in which order they are answered."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import Matter, Turn

PEOPLE = ("talk_to_human", "threat")
NOTES = frozenset({"contact_preference", "update_contact", "feedback", "change_language"})
TERMS = frozenset({"propose_terms", "pay_now", "promise_to_pay", "request_plan", "request_settlement", "needs_time"})
ONE_THING = TERMS | {"reschedule_payment", "refuse_offer", "cannot_pay"}
"""Said together with figures, they are about those."""
ANSWERS = frozenset({"affirm", "deny"})
ASKING = TERMS | {"ask_options", "choose_option", "refuse_offer", "cannot_pay"}
"""Answered with a question of ours: they come last, so that the question does."""
CHANGING = ASKING | {"reschedule_payment", "cancel_plan", "hardship"}
"""Matters beside which a yes or no is no answer of its own."""


def in_order(turn: Turn, found: list[Matter]) -> list[Matter]:
    """Law first, then a person, a hardship, what is only noted, questions, and terms at the end."""
    return sorted(found, key=lambda matter: _place(matter, turn))


def _place(matter: Matter, turn: Turn) -> int:
    if matter.caught_by is not None:
        return 0
    if matter.intent in PEOPLE or matter.intent in ANSWERS:
        return 1
    if matter.intent in NOTES:
        return 3 if turn.is_verified() else 2
    if matter.intent == "hardship":
        return 2
    return 5 if matter.intent in ASKING else 4


def joined(found: list[Matter], turn: Turn) -> list[Matter]:
    """Terms that were cut into pieces are one: "half now and half on the 30th".

    A yes or no beside other matters answers what was asked before this message, never an offer made in this turn;
    beside terms it is part of them ("ok but make it monday").
    """
    answers = [matter for matter in found if matter.intent in ANSWERS]
    others = [matter for matter in found if matter.intent not in ANSWERS]
    if answers and others:
        asked = turn.state.question is not None and not any(matter.intent in CHANGING for matter in others)
        found = others + (answers[:1] if asked else [])
    if any(matter.intent == "hardship" for matter in found):
        found = [matter for matter in found if matter.intent not in ("cannot_pay", "refuse_offer")]
    pieces = [matter for matter in found if matter.intent in ONE_THING]
    if len(pieces) < 2 or not any(matter.intent in TERMS for matter in pieces):
        return found
    figures = tuple(turn.parsed.get("entities") or ())
    named = any(entity["entity"] in ("amount", "percentage", "count") for entity in figures)
    leading = ("request_settlement", "reschedule_payment")
    usual = "propose_terms" if named else pieces[0].intent
    intent = next((matter.intent for matter in pieces if matter.intent in leading), usual)
    whole = replace(pieces[0], intent=intent, text=pieces[0].whole, entities=figures)
    return [*(matter for matter in found if matter.intent not in ONE_THING), whole]
