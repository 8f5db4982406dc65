"""What takes effect the moment that it is typed: holds, a STOP, a dispute. The words come after it."""

from __future__ import annotations

from typing import NamedTuple

from actions.debts import named_or_talked_about
from bot import accounts, contact
from bot.contact import HoldKind
from bot.dialogue import Turn
from bot.handoff import Reason


class Stop(NamedTuple):
    """What one of these messages sets off."""

    hold: HoldKind | None
    reason: Reason
    response: str


STOPS = {
    "crisis": Stop(HoldKind.CRISIS, Reason.CRISIS, "utter_safety_crisis"),
    "abuse_or_coercion": Stop(HoldKind.COERCED_DEBT, Reason.ABUSE, "utter_safety_abuse"),
    "bankruptcy": Stop(HoldKind.BANKRUPTCY, Reason.BANKRUPTCY, "utter_safety_bankruptcy"),
    "attorney": Stop(HoldKind.ATTORNEY, Reason.ATTORNEY, "utter_safety_attorney"),
    "deceased": Stop(HoldKind.DECEASED, Reason.DECEASED, "utter_safety_deceased"),
    "identity_theft": Stop(HoldKind.IDENTITY_THEFT, Reason.IDENTITY_THEFT, "utter_safety_identity_theft"),
    "military": Stop(HoldKind.MILITARY, Reason.MILITARY, "utter_safety_military"),
    "complaint": Stop(HoldKind.COMPLAINT, Reason.COMPLAINT, "utter_safety_complaint"),
    "third_party": Stop(HoldKind.THIRD_PARTY, Reason.THIRD_PARTY, "utter_safety_third_party"),
    "legal_threat": Stop(None, Reason.LEGAL, "utter_safety_legal_threat"),
    "privacy_request": Stop(None, Reason.PRIVACY, "utter_safety_privacy"),
}
IN_DANGER = ("crisis", "abuse_or_coercion")
_DISPUTES = frozenset(reason.value for reason in accounts.DisputeReason)


def parties(turn: Turn) -> tuple[str, ...]:
    """Whom a hold protects: the verified person, otherwise everybody who may be behind this address."""
    talk = turn.refreshed()
    if talk.party_id is not None:
        return (talk.party_id,)
    return contact.parties_at(turn.session, talk.channel, talk.address)


def hold(turn: Turn, kind: HoldKind) -> None:
    for party_id in parties(turn):
        contact.place_hold(
            turn.session, party_id=party_id, kind=kind, reason=turn.matter.intent, now=turn.now, source=turn.message.id
        )


def opt_out(turn: Turn) -> None:
    talk = turn.conversation
    contact.opt_out(turn.session, talk.channel, talk.address, source=turn.message.id, now=turn.now)


def dispute(turn: Turn) -> accounts.Dispute:
    """Of the account that they name or that we talk about, else of all."""
    about = named_or_talked_about(turn, turn.who()) if turn.is_verified() else None
    claim = accounts.Claim(accounts.DisputeReason(turn.matter.intent), turn.matter.text, about)
    return accounts.open_dispute(turn.session, turn.refreshed(), claim, message_id=turn.message.id, now=turn.now)


def take_effect(turn: Turn) -> None:
    """Whatever else of safety or law is in the message holds as well, without a word: one answer is enough.

    Who is in danger can still be written to: a STOP beside it is left to the person who takes over.
    """
    said = turn.matter
    for matter in turn.also:
        turn.heard, intent = matter, matter.intent
        if intent in STOPS and (kind := STOPS[intent].hold) is not None:
            hold(turn, kind)
        elif intent == "cease_contact":
            hold(turn, HoldKind.CEASE)
        elif intent == "opt_out" and said.intent not in IN_DANGER:
            opt_out(turn)
        elif intent in _DISPUTES:
            dispute(turn)
    turn.heard = said
