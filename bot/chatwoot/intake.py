"""What their agents did in Chatwoot, done here: a reply by our door, a note, the end of a case. Each once."""

from __future__ import annotations

from bot import contact, handoff
from bot.chatwoot.client import Message, Talk
from bot.chatwoot.store import ACTOR, Mirrored, both, tell
from bot.core import Problems, Session, Settings, record
from bot.handoff import Case, Code, Taken

_ELSEWHERE = "a colleague has this conversation at Parley's own desk."
_CODES = ", ".join(code.value for code in Code)


def take_in(session: Session, talk: Mirrored, message: Message, settings: Settings) -> None:
    """In the transaction that says that it was read. What cannot be done they read as a note of ours."""
    if message.ours:
        both(session, talk.case_id, message.ours, message.number)
        return
    if not message.by or not both(session, talk.case_id, f"theirs:{message.number}", message.number):
        return
    wrong = _done(session, talk, message, settings)
    if wrong:
        tell(session, talk.case_id, f"why:{message.number}", wrong)


def _done(session: Session, talk: Mirrored, message: Message, settings: Settings) -> str:
    """What they have to know of it; empty when all went well."""
    now, case = settings.clock.now(), handoff.open_case_of(session, talk.conversation_id)
    if case is None or case.id != talk.case_id:
        return "Not sent: this case is closed in Parley, and the assistant answers again."
    data = {"case": case.id, "message": message.number, "name": message.by[:80], "private": message.is_private}
    said = ""
    try:
        if message.text.strip() and message.is_private:
            handoff.note(session, case, message.text, by=ACTOR, now=now)
        elif message.text.strip():
            said = _replied(session, case, message, settings)
    except Taken:
        return f"Not sent: {_ELSEWHERE}"
    except Problems as error:
        said = f"Not sent: {error}"
    record(session, "ChatwootWrote", subject=talk.conversation_id, data=data, now=now, actor=ACTOR)
    return said if not message.has_files else f"{said} Files are not sent.".strip()


def _replied(session: Session, case: Case, message: Message, settings: Settings) -> str:
    handoff.take(session, case, ACTOR, settings.clock.now())
    talk = contact.conversation(session, case.conversation_id)
    door = handoff.may_reply(session, case, talk, by=ACTOR, settings=settings)
    key = f"cw{message.number}"
    if not handoff.reply(session, case, message.text, by=ACTOR, key=key, settings=settings):
        return f"Not sent: {', '.join(door.rules) or 'the door'} forbids it."
    return f"Held until {door.until:%Y-%m-%d %H:%M} UTC ({', '.join(door.rules)})." if door.until else ""


def end(session: Session, talk: Mirrored, seen: Talk, settings: Settings) -> bool:
    """They resolved it. False where it has to be opened again: a case ends with a code, here as at the desk."""
    case = handoff.open_case_of(session, talk.conversation_id)
    if case is None or case.id != talk.case_id:
        return True
    owner = contact.conversation(session, talk.conversation_id).owner
    code = next((Code(label) for label in seen.labels if label in {each.value for each in Code}), None)
    if code is None or owner not in (ACTOR, *handoff.NOBODYS):
        why = f"Pick a code as a label, then resolve it: {_CODES}." if code is None else _ELSEWHERE
        tell(session, talk.case_id, f"end:{settings.clock.now():%Y%m%d%H%M%S}", f"Not closed. {why}")
        return False
    handoff.hand_back(session, case.id, by=ACTOR, code=code, settings=settings)
    return True
