"""The bot's work, one message at a time: look in a snapshot, understand, then claim, act and commit in one transaction.

Understanding holds no lock. What was seen is compared at the claim: when anything has changed meanwhile, it is looked
at again. A turn that raises is rolled back and tried again; when it fails again, a person gets the conversation and the
debtor is told. What is the matter of the process, its disk or its database is no failure of the message: it is raised,
and the message waits as if nobody had touched it. A process that dies leaves the rest to its successor.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy.engine import Engine as Database

from bot import accounts, contact, handoff, identity
from bot.core import Session, Settings, alone, count, is_outage, reading, transaction
from bot.dialogue import addressing, corrections, files, meant, moving, rating, taps
from bot.dialogue import known as knowing
from bot.dialogue.gathering import BURST, Gathering
from bot.dialogue.known import Known
from bot.dialogue.meaning.acts import Meaning, Plain, Said
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.noting import Noting
from bot.dialogue.repeating import not_twice
from bot.dialogue.state import load_story, save_state
from bot.dialogue.turn import Turn
from bot.dialogue.underway import Underway
from bot.dialogue.words import before_understanding, said

GIVE_UP_AFTER = 2
GIVE_UP_AFTER_DEATHS = 3
"""A process may die for reasons that are not the message's: one try more."""
URGENT = frozenset({"safety", "opt_out"})
"""Tags of what the assistant still says while a person owns the conversation."""
_NOTHING = Meaning((Said(Plain(name="nothing"), ""),), "en", 0.0)
_log = structlog.get_logger()


class Talker(Protocol):
    """What understands, and runs the conversation: `agent.Engine`."""

    def understand(self, text: str, scene: Scene) -> Meaning: ...

    def talk(self, turn: Turn) -> list[contact.Say]: ...


@dataclass(frozen=True)
class Seen:
    """The next messages of a conversation as a snapshot shows them: those of one burst, and all that is known."""

    messages: tuple[contact.InboxMessage, ...]
    known: Known
    facts: int
    """How many facts there were about all of that."""

    @property
    def message(self) -> contact.InboxMessage:
        """All of the burst as one message, under the name of its first."""
        first, text = self.messages[0], " ".join(one.text for one in self.messages if one.text)
        media = tuple(media for one in self.messages for media in one.media)
        return replace(first, text=text, media=media, joined=tuple(one.id for one in self.messages[1:]))


def take_one(
    database: Database, talker: Talker, settings: Settings, underway: Underway | None = None,
    burst: timedelta = BURST, gathering: Gathering | None = None,
) -> bool:  # fmt: skip
    """Answer the next message. False when nothing waits. `underway` is where a death of the process leaves a trace,
    `gathering` what this bot knows of the bursts that it waits for.
    """
    gathering = gathering or Gathering(burst)
    others: set[str] = set()
    while (seen := _look(database, settings, others, gathering.within)) is not None:
        first = seen.messages[0]
        try:
            with underway.of(first.id) if underway is not None else nullcontext():
                if _take(database, talker, settings, seen, gathering):
                    return True
        except Exception as error:
            if is_outage(error):
                raise
            _log.error("turn_failed", message=first.id, error=type(error).__name__, exc_info=True)
            _count_failure(database, settings, first.id, f"{type(error).__name__}: {error}", GIVE_UP_AFTER)
            return True
        others.add(first.id)
    gathering.over(others)
    return False


def _look(database: Database, settings: Settings, others: set[str], burst: timedelta) -> Seen | None:
    """The next message that is not in somebody else's hands, and those that came right behind it."""
    now = settings.clock.now()
    with reading(database) as session:
        found = contact.inbox.peek(session, now, others)
        if found is None:
            return None
        talk, first = found
        messages = contact.inbox.burst(session, first, burst)
        own, elsewhere = load_story(session, talk, now)
        if elsewhere is not None:
            moving.adopt(own, elsewhere)
        known = knowing.load(session, settings, talk, own, now)
        return Seen(_joined(messages, talk), known, count(session, known.subjects))


def _joined(messages: tuple[contact.InboxMessage, ...], talk: contact.Conversation) -> tuple[contact.InboxMessage, ...]:
    """A carrier's word stands alone, and acts at once: nothing is joined to it."""
    for place, one in enumerate(messages):
        if one.opt_out_type or _is_carriers(one, talk):
            return messages[: max(place, 1)]
    return messages


def _take(database: Database, talker: Talker, settings: Settings, seen: Seen, gathering: Gathering) -> bool:
    """False when what was seen is no longer so, is somebody else's, or waits for the rest of its burst."""
    with alone(database, "turn", seen.known.conversation.id) as is_free:
        return is_free and _take_alone(database, talker, settings, seen, gathering)


def _take_alone(database: Database, talker: Talker, settings: Settings, seen: Seen, gathering: Gathering) -> bool:
    heard = _NOTHING if _needs_none(seen) else talker.understand(seen.message.text, seen.known.scene)
    if _is_fragment(heard) and gathering.goes_on(seen.messages[0], settings.clock.now()):
        return False
    with transaction(database) as session:
        claimed = contact.inbox.claim(session, seen.messages[0].id)
        if claimed is None or claimed[0] != seen.known.conversation:
            return False
        if count(session, seen.known.subjects) != seen.facts:
            return False
        _answer(Turn(session, settings, seen.message, seen.known, heard), talker)
        contact.inbox.finish(session, seen.messages, settings.clock.now())
    return True


def _needs_none(seen: Seen) -> bool:
    """Carrier words, pictures, silence and numbers that were not kept need no understanding."""
    message = seen.message
    if not message.text.strip() or contact.masking.says_nothing_else(message.text):
        return True
    return bool(message.opt_out_type) or _is_carriers(message, seen.known.conversation)


def _is_carriers(message: contact.InboxMessage, talk: contact.Conversation) -> bool:
    words = contact.words
    return words.is_stop(message.text, talk.channel) or words.is_start(message.text) or words.is_web(message.text, talk.channel)


def _is_fragment(heard: Meaning) -> bool:
    """Nothing in it can be acted on: perhaps the rest of it is still being typed."""
    return heard is not _NOTHING and all(said.name in ("unclear", "out_of_scope", "nothing") for said in heard.said)


def _answer(turn: Turn, talker: Talker) -> None:
    talk, before = turn.conversation, turn.state.question
    says = rating.heard(turn)
    noting = Noting(turn) if turn.meaning is not _NOTHING and says is None else None
    _stay_known(turn)
    if turn.meaning is _NOTHING and not turn.state.said:
        _speak_as_on_file(turn)
    says = before_understanding(turn) if says is None else says
    if says is None and _is_taken(talk):
        handoff.debtor_wrote(turn.session, talk, turn.message, turn.now, hours=turn.settings.opening)
        files.file_away(turn)
        turn.overheard = True
        says = [one for one in talker.talk(turn) if one.tag in URGENT]
    elif says is None:
        _follow_language(turn)
        addressing.follow(turn)
        had_stopped = turn.known.opted_out and turn.known.who is None
        moving.pick_up(turn)
        first = corrections.heard(turn)
        says = corrections.to_confirm(turn) or [*first, *not_twice(turn, talker.talk(turn))]
        if had_stopped and turn.known.opted_out and not any(one.tag in URGENT for one in says):
            says = [said(turn, "utter_contact_stopped")]  # nobody is asked who they are after STOP
        elif turn.state.question is not before:
            says = _with_taps(turn, says)
        says = [*files.arrived(turn), *says] if turn.message.media else says
    how = contact.Sending(
        time_barred=accounts.time_barred(turn.known.debts, turn.today),
        past_reporting=accounts.past_reporting(turn.known.debts, turn.today), called=_called(turn),
        key=f"turn:{turn.message.id}", role=turn.settings.collection_role, reply_to=turn.message.id,
        answers_at=turn.message.received_at, time_zone=turn.settings.time_zone, company=turn.settings.company,
        licence_ca=turn.settings.licence_ca,
    )  # fmt: skip
    if says and not contact.send(turn.session, turn.conversation, says, how, turn.now):
        _nothing_may_be_said(turn, how)
    save_state(turn.session, talk.id, turn.state, turn.now)
    if noting is not None:
        noting.write()


def _called(turn: Turn) -> dict[str, str]:
    """What they know each debt as, where they have several."""
    several = turn.known.debts if len(turn.known.debts) > 1 else ()
    names = [meant.account(turn, debt) for debt in several]
    return {
        debt.id: name if names.count(name) == 1 else meant.by_its_number(turn, debt)
        for debt, name in zip(several, names, strict=True)
    }


def _with_taps(turn: Turn, says: list[contact.Say]) -> list[contact.Say]:
    """Under the question that was put just now: what may be tapped."""
    question = turn.state.question
    if question is None or not says:
        return says
    talk = turn.conversation
    choices = taps.under(question, talk.language)
    if says[-1].response == "utter_dialogue_help" and talk.channel in ("whatsapp", "telegram"):
        choices += (contact.words.WEB_TAP[talk.language],)
    return [*says[:-1], replace(says[-1], choices=choices)]


def _is_taken(talk: contact.Conversation) -> bool:
    """A person answers here: the assistant is silent. Waiting for one is not being owned."""
    return talk.owner not in (contact.BOT, contact.QUEUE)


def _stay_known(turn: Turn) -> None:
    """Whoever is verified and writes is still there: the window in which we believe them starts again."""
    if turn.known.who is not None:
        checks = identity.Checks.on(turn.conversation.channel, turn.settings.secret_key)
        identity.touch(turn.session, turn.conversation, turn.now, checks.window)


SURE_AT_FIRST, SURE_LATER = 0.93, 0.97


def _follow_language(turn: Turn) -> None:
    """Switch when they clearly write in the other language, unless they chose one or ask for one now."""
    heard, is_first = turn.meaning, not turn.state.said
    if turn.state.language_chosen or any(said.name == "change_language" for said in heard.said):
        return
    if heard.language_sure >= (SURE_AT_FIRST if is_first else SURE_LATER):
        _switch(turn, heard.language)
    elif is_first:
        _speak_as_on_file(turn)


def _speak_as_on_file(turn: Turn) -> None:
    """Where their words do not tell: STOP, a picture, a number."""
    if len(turn.known.at_address) == 1:
        _switch(turn, "es" if turn.known.at_address[0].language == "es" else "en")


def _switch(turn: Turn, language: contact.Language) -> None:
    if language != turn.conversation.language:
        contact.set_language(turn.session, turn.conversation.id, language)
        turn.switched = True
        turn.reload()


def _ask_a_person(turn: Turn, why: str) -> None:
    handoff.open_case(
        turn.session, turn.conversation, handoff.Reason.REQUEST, {"why": why}, turn.now, hours=turn.settings.opening
    )


def _nothing_may_be_said(turn: Turn, how: contact.Sending) -> None:
    """The door stopped every word of the answer: somebody has to look, and the debtor hears that, if they may.

    After STOP they hear nothing; START brings the assistant back.
    """
    if turn.known.opted_out:
        _ask_a_person(turn, "writes after STOP")
        return
    _ask_a_person(turn, "nothing may be said")
    contact.send(turn.session, turn.conversation, [said(turn, "utter_contact_held")], replace(how, key=f"{how.key}:held"),
                 turn.now)  # fmt: skip


def _count_failure(database: Database, settings: Settings, message_id: str, error: str, limit: int) -> None:
    """Of its own; after `limit` of them a person gets it. Whoever has answered it meanwhile is right."""
    with transaction(database) as session:
        claimed = contact.inbox.claim(session, message_id, waits=True)
        if claimed is not None:
            _failed(session, settings, *claimed, error, limit)


def count_death(database: Database, settings: Settings, underway: Underway) -> None:
    """If the process before this one died in the middle of a turn, its message has failed once more."""
    left = underway.left_behind()
    if left is None:
        return
    _log.error("died_in_turn", message=left)
    _count_failure(database, settings, left, "the process died in this turn", GIVE_UP_AFTER_DEATHS)
    underway.forget()


def _failed(
    session: Session, settings: Settings, talk: contact.Conversation, message: contact.InboxMessage, error: str,
    limit: int,
) -> None:  # fmt: skip
    now = settings.clock.now()
    if contact.inbox.postpone(session, message, error, now) < limit:
        return
    handoff.open_case(session, talk, handoff.Reason.BOT_ERROR, {"message": message.id}, now, hours=settings.opening)
    talk = contact.conversation(session, talk.id)
    settings = accounts.speaking(session, settings, talk)
    how = contact.Sending(key=f"turn:{message.id}", role=settings.collection_role, reply_to=message.id,
                          answers_at=message.received_at, time_zone=settings.time_zone, company=settings.company)  # fmt: skip
    values = {"company": settings.company, "phone": settings.company_phone}
    sorry = contact.say("utter_handoff_went_wrong", talk, values, now, settings.time_zone, true=("person_asked",))
    contact.send(session, talk, [sorry], how, now)
    contact.inbox.finish(session, (message,), now)
