"""Photos, files and voice notes of a message: with what they belong to, and the line that says where they went."""

from __future__ import annotations

from bot import accounts, contact, handoff
from bot.dialogue import truths
from bot.dialogue.turn import Turn

_KEPT = ("picture", "document", "voice")


def arrived(turn: Turn) -> list[contact.Say]:
    """Filed now, fetched later. Words beside a sticker are answered as words alone."""
    came = contact.files.of(turn.session, [turn.message.id, *turn.message.joined])
    kept = [one for one in came if one.sort in _KEPT]
    if not kept:
        return [_said(turn, "utter_contact_unread")] if came and not turn.message.text.strip() else []
    name, values = _filed(turn, kept)
    if handoff.open_case_of(turn.session, turn.conversation.id) is None:
        asked = {"asked": "listen to a voice note" if kept[0].sort == "voice" else "look at a picture"}
        in_danger = any(hold.kind is contact.HoldKind.CRISIS for hold in turn.known.holds)
        reason = handoff.Reason.CRISIS if in_danger else handoff.Reason.REQUEST
        handoff.open_case(turn.session, turn.conversation, reason, asked, turn.now, hours=turn.settings.opening)
    if all(one.sort == "voice" for one in kept):
        name = "utter_contact_voice"
    return [_said(turn, name, **values)]


def file_away(turn: Turn) -> None:
    """What comes while a person has the conversation: with its dispute or payment, and nothing is said."""
    came = contact.files.of(turn.session, [turn.message.id, *turn.message.joined])
    if kept := [one for one in came if one.sort in _KEPT]:
        _filed(turn, kept)


def _filed(turn: Turn, kept: list[contact.files.File]) -> tuple[str, dict[str, object]]:
    """The newest open dispute, said here or by them; else the payment that somebody is looking for."""
    talk, who = turn.conversation, turn.known.who
    disputes = accounts.disputes_over(turn.session, who.party_id if who else None, talk.id)
    case = handoff.open_case_of(turn.session, talk.id)
    if disputes:
        contact.files.belong(turn.session, kept, disputes[-1].number, turn.now)
        known = {"number": disputes[-1].number}
        return ("utter_contact_file_dispute", {**known}) if who else ("utter_contact_picture", {})
    if case is not None and case.reason is handoff.Reason.PAYMENT:
        contact.files.belong(turn.session, kept, f"payment:{case.id}", turn.now)
        return "utter_contact_file_payment", {}
    return "utter_contact_picture", {}


def _said(turn: Turn, response: str, **values: object) -> contact.Say:
    return truths.render(turn, response, {**turn.values(), **values})
