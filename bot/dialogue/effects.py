"""What takes effect the moment that it is typed: holds, a STOP, a dispute, a case for a person. The words come after."""

from __future__ import annotations

from typing import Any, NamedTuple

from bot import accounts, contact, handoff
from bot.contact import HoldKind
from bot.core import Money, record
from bot.dialogue import meant
from bot.dialogue.meaning.acts import Identify, Said
from bot.dialogue.turn import Turn
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
    "minor": Stop(HoldKind.THIRD_PARTY, Reason.THIRD_PARTY, "utter_safety_minor"),
    "legal_threat": Stop(None, Reason.LEGAL, "utter_safety_legal_threat"),
    "privacy_request": Stop(None, Reason.PRIVACY, "utter_safety_privacy"),
}
IN_DANGER = ("crisis", "abuse_or_coercion")
DISPUTES = frozenset(reason.value for reason in accounts.DisputeReason)


def parties(turn: Turn) -> tuple[str, ...]:
    """Whom a hold protects: the verified person, otherwise everybody who may be behind this address."""
    if turn.conversation.party_id is not None:
        return (turn.conversation.party_id,)
    return tuple(party.id for party in turn.known.at_address)


_OF_ONE = frozenset({HoldKind.ATTORNEY, HoldKind.COMPLAINT})
"""Who has a lawyer for one debt is still written to about the others (12 CFR 1006.6(b)(2)); so is who complains of one."""


def hold(turn: Turn, kind: HoldKind, reason: str, places: meant.Places = None) -> None:
    """On whoever may have said it; and on this conversation, until somebody has proved who they are. `places` are the
    accounts that they named.
    """
    about = concerned(turn, kind, places)
    only = about.id if about is not None else None
    for party_id in parties(turn):
        contact.place_hold(
            turn.session, party_id=party_id, kind=kind, reason=reason, now=turn.now, source=turn.message.id,
            debt_id=only,
        )  # fmt: skip
    if not turn.is_verified:
        contact.place_hold_here(
            turn.session, turn.conversation.id, kind=kind, reason=reason, now=turn.now, source=turn.message.id,
            given=given(turn),
        )  # fmt: skip


def concerned(turn: Turn, kind: HoldKind, places: meant.Places) -> accounts.Debt | None:
    """The one of several accounts that it is about: the one that they name; of a complaint else the one that the talk is
    about, or that they dispute. None where it is about all.
    """
    if not turn.is_verified or kind not in _OF_ONE or len(turn.known.debts) < 2:
        return None
    about = meant.named(turn, places)
    if not about and kind is HoldKind.COMPLAINT:
        about = turn.known.talking_of if len(turn.known.talking_of) == 1 else _disputed(turn)
    return about[0] if len(about) == 1 else None


def _disputed(turn: Turn) -> tuple[accounts.Debt, ...]:
    ids = {one.debt_id for one in accounts.open_disputes(turn.session, turn.who().party_id)}
    return tuple(debt for debt in turn.known.debts if debt.id in ids)


def given(turn: Turn) -> dict[str, str]:
    """The name and the reference that they have given so far, for a person to match."""
    for act in [said.act for said in turn.meaning.said if isinstance(said.act, Identify)]:
        new = {"name": act.name, "reference": act.reference, "last4": act.last4}
        turn.state.given |= {key: value for key, value in new.items() if value}
    return turn.state.given


def note_given(turn: Turn) -> None:
    """Kept with what holds this conversation already."""
    if not turn.is_verified:
        contact.note_given(turn.session, turn.conversation.id, given(turn))


def opt_out(turn: Turn) -> None:
    talk = turn.conversation
    contact.opt_out(turn.session, talk.channel, talk.address, source=turn.message.id, now=turn.now)


def opted_out(turn: Turn) -> str:
    """What is said says what has ended: this number, or this chat."""
    return "utter_contact_opted_out" if _is_number(turn) else "utter_contact_opted_out_chat"


def wrong_person(turn: Turn) -> str:
    return "utter_contact_wrong_person" if _is_number(turn) else "utter_contact_wrong_person_chat"


def ceased(turn: Turn) -> str:
    """On every channel, where there is somebody whose channels we know; here, in any case."""
    return "utter_safety_ceased" if parties(turn) else "utter_safety_ceased_here"


def _is_number(turn: Turn) -> bool:
    return turn.conversation.channel in ("sms", "whatsapp")


def dispute(turn: Turn, said: Said | None = None) -> accounts.Dispute:
    """Of the account that they name or that we talk about, else of all. Of a line of its bill only, where they name that
    by its sum, also when they have disputed all of it before.
    """
    said = said or turn.said
    named = meant.named(turn, getattr(said.act, "debts", None))
    about = named if len(named) == 1 else turn.known.talking_of
    debt = about[0] if len(about) == 1 else None
    part = _line_of_bill(turn, debt, getattr(said.act, "part", None)) if debt is not None else None
    whole = _disputed_whole(turn, debt) if debt is not None and part is not None else None
    same = _said_before(turn, said, debt)
    if same is not None:
        opened = same
    elif debt is not None and whole is not None:
        opened = accounts.name_disputed(turn.session, turn.who(), whole.number, debt.id, now=turn.now, part=part)
    else:
        claim = accounts.Claim(accounts.DisputeReason(said.name), said.words, debt.id if debt else None, part,
                               named=_ending_named(turn, said))  # fmt: skip
        opened = accounts.open_dispute(turn.session, turn.conversation, claim, message_id=turn.message.id, now=turn.now)
    note_given(turn)
    turn.reload()
    return opened


def _said_before(turn: Turn, said: Said, debt: accounts.Debt | None) -> accounts.Dispute | None:
    """The open one that says the same of the same account in this conversation: who repeats it gets no second number."""
    if getattr(said.act, "part", None) is not None:
        return None
    party = turn.who().party_id if turn.is_verified else None
    before = accounts.disputes_over(turn.session, party, turn.conversation.id)
    about = debt.id if debt is not None else None
    alike = (one for one in before if one.reason is accounts.DisputeReason(said.name) and one.debt_id in (about, None))
    return next(alike, None) if not turn.is_verified or about is not None else None


def _ending_named(turn: Turn, said: Said) -> str:
    """The end of the number of the one account that they name before we know who they are: it is known once we do."""
    if turn.is_verified:
        return ""
    places, behind = getattr(said.act, "debts", None), turn.known.named_behind
    named = [behind[n - 1] for n in places or () if 0 < n <= len(behind)] if places != "all" else []
    return named[0].ending if len(named) == 1 else ""


def _line_of_bill(turn: Turn, debt: accounts.Debt, named: Money | None) -> Money | None:
    """Any other sum may be what they think is right."""
    if named is None or not turn.is_verified or named.currency != debt.balance.currency:
        return None
    bill = accounts.itemisation(turn.session, turn.who(), debt.id)
    return named if named in (bill.fees, bill.interest, bill.charges) else None


def _disputed_whole(turn: Turn, debt: accounts.Debt) -> accounts.Dispute | None:
    before = accounts.open_disputes(turn.session, turn.who().party_id)
    amounts = (one for one in before if one.reason is accounts.DisputeReason.WRONG_AMOUNT and one.part is None)
    return next((one for one in amounts if one.debt_id == debt.id), None)


def take_effect(turn: Turn) -> None:
    """Whatever else of safety or law is in the message holds as well, without a word: one answer is enough.

    Who is in danger can still be written to: a STOP beside it is left to the person who takes over.
    """
    for said in [one for one in turn.queue if not one.needs_check]:
        if said.name in STOPS and (kind := STOPS[said.name].hold) is not None:
            hold(turn, kind, said.name, getattr(said.act, "debts", None))
        elif said.name == "cease_contact":
            hold(turn, HoldKind.CEASE, said.name)
        elif said.name == "opt_out" and turn.said.name not in IN_DANGER:
            opt_out(turn)
        elif said.name in DISPUTES:
            dispute(turn, said)


def narrow(turn: Turn, kind: HoldKind, words_name: tuple[accounts.Debt, ...]) -> bool:
    """ "That is only for the clinic": what they said before held all; from now on it holds this one account."""
    whole = [one for one in turn.known.holds if one.kind is kind and one.debt_id is None and one.reason in STOPS]
    if kind not in _OF_ONE or not whole or not turn.is_verified or len(words_name) != 1 or len(turn.known.debts) < 2:
        return False
    for one in whole:
        _hold_only(turn, one, words_name, "it is about one account")
    turn.reload()
    return True


def let_go(turn: Turn, hold: contact.Hold, debt: accounts.Debt) -> None:
    """What holds this account because of their words does so no longer; on their others it stays."""
    others = tuple(one for one in turn.known.debts if one.id != debt.id) if hold.debt_id is None else ()
    _hold_only(turn, hold, others, "taken back for one account")


def _hold_only(turn: Turn, hold: contact.Hold, debts: tuple[accounts.Debt, ...], why: str) -> None:
    for debt in debts:
        held = contact.place_hold(
            turn.session, party_id=turn.who().party_id, kind=hold.kind, reason=hold.reason, now=turn.now,
            source=turn.message.id, debt_id=debt.id,
        )  # fmt: skip
        assert held != hold.id
    contact.release_hold(turn.session, hold.id, reason=why, actor="debtor", now=turn.now)


def open_case(turn: Turn, reason: Reason) -> None:
    """A person is needed, with the rest of the message; the assistant goes on answering until somebody has taken it."""
    summary = _summary(turn)
    handoff.open_case(turn.session, turn.conversation, reason, summary, turn.now, hours=turn.settings.opening)
    turn.reload()


def note(turn: Turn) -> None:
    """Something for a person to do while the conversation goes on: written down, and on the list."""
    turn.state.noted.append(turn.said.words)
    data = {"asked": turn.said.name, "message": turn.message.id}
    record(turn.session, "RequestNoted", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    open_case(turn, Reason.REQUEST)


def _summary(turn: Turn) -> dict[str, Any]:
    """What they should know first; ids and their own words, no figures that could be stale."""
    summary: dict[str, Any] = {
        "asked": turn.said.name, "verified": turn.is_verified, "language": turn.conversation.language,
        "message": turn.message.id,
    }  # fmt: skip
    waiting = [(one["act"], one["words"]) for one in turn.state.waiting if one["act"] != turn.said.name]
    also = [*((said.name, said.words) for said in turn.queue), *waiting]
    if also:
        summary["also_asked"] = [{"about": name, "words": words} for name, words in also]
    if turn.state.noted:
        summary["noted_before"] = list(turn.state.noted)
    return summary
