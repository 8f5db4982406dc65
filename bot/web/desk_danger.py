"""What somebody who answers may do when a life may be at stake: from where they wrote, how to reach them, whom to ring."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot import contact, handoff
from bot.contact import HoldKind
from bot.core import Session
from bot.web import desk_view, texts
from bot.web.parts import Parts

_NUMBERED = ("sms", "whatsapp")


@dataclass(frozen=True)
class Danger:
    """`steps` as sentences, in the order in which they are done; `phone` to ring them, where we have one."""

    address: str
    phone: str
    steps: tuple[str, ...]


def of(
    session: Session, row: desk_view.Waiting, held: Collection[contact.Hold], parts: Parts, spoken: str
) -> Danger | None:
    """None where nothing says that they may be in danger."""
    if row.case.reason is not handoff.Reason.CRISIS and not any(hold.kind is HoldKind.CRISIS for hold in held):
        return None
    say, talk = texts.speaker(spoken), row.talk
    lines = contact.crisis.values(session, talk, our_phone=parts.settings.company_phone)
    shown = contact.crisis.values(session, _read_in(talk, spoken), our_phone=parts.settings.company_phone)
    phone = talk.address if talk.channel in _NUMBERED else ""
    address = say("danger_from", address=phone, channel=row.channel) if phone else say("danger_page", channel=row.channel)
    steps = [
        say("danger_write", line=lines["lifeline"]),
        say("danger_call") if phone else say("danger_no_number"),
        say("danger_ring", danger=shown["danger"]),
        say("danger_tell"),
    ]
    return Danger(address, phone, tuple(steps))


def _read_in(talk: contact.Conversation, spoken: str) -> contact.Conversation:
    """The same, for whoever reads the desk in their own language."""
    return replace(talk, language=spoken)  # type: ignore[arg-type]
