"""One-time codes: to the phone number that we have, for who lacks their reference; and to a company, by its account number.

What is said is the same for every number. A person is offered when that leads nowhere either.
"""

from __future__ import annotations

import msgspec

from bot import accounts, contact, handoff, identity
from bot.dialogue import Turn, effects, questions
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Identify

MOST = 2
"""Codes to one number before a person is offered."""
_AGAIN, _OVER = "utter_identity_code_ask_again", "utter_identity_code_over"
_SENT = ("utter_identity_code_sent", "utter_identity_code_sent_again")
_SENT_TO_COMPANY = ("utter_identity_company_code_sent", "utter_identity_company_code_sent_again")


def lacks(turn: Turn) -> None:
    """They lack what is asked for."""
    of_company = isinstance(turn.asked, questions.Identity) and turn.asked.company
    if turn.known.at_address or is_asked(turn) or of_company:
        _offer_person(turn)
    else:
        turn.ask(questions.Identity(awaits="phone", again="utter_identity_ask_phone_again"), "utter_identity_ask_phone")


def proven(turn: Turn) -> identity.Verified:
    """For what changes a plan or contact data. Raises NotVerified, or CodeNeeded where they write from elsewhere than
    the phone on file and the operator wants a code there.
    """
    who, talk = turn.who(), turn.conversation
    wanted = turn.settings.code_for.get(talk.channel, "nothing") != "nothing"
    if wanted and not identity.possesses(turn.session, talk, who.party_id, turn.now):
        raise identity.CodeNeeded
    return who


def needed(turn: Turn, response: str) -> None:
    """What they want waits, with the question that it answers, until the code is right."""
    phone = identity.phone_on_file(turn.session, turn.who().party_id)
    if phone is None:
        effects.open_case(turn, handoff.Reason.REQUEST)
        turn.answered()
        turn.queue.clear()
        turn.say("utter_law_code_no_phone")
        return
    turn.state.waiting = [packing.pack(turn.said), *(packing.pack(one) for one in turn.queue)]
    turn.state.pending = questions.dump(turn.asked)
    turn.queue.clear()
    send(turn, phone, first=response)


def confirm(turn: Turn, act: Identify) -> None:
    """The code of somebody whom we know already: what waited goes on, as the answer to what had been open then."""
    assert act.code is not None
    checks = identity.Checks.on(turn.conversation.channel, turn.settings.secret_key)
    bad = identity.confirm(turn.session, turn.conversation, act.code, now=turn.now, checks=checks)
    if bad is not None:
        wrong(turn, bad.left)
        return
    turn.state.question = turn.opening = questions.load(turn.state.pending)
    waiting, turn.state.waiting, turn.state.pending = turn.state.waiting, [], None
    turn.queue[:0] = [packing.unpack(one) for one in waiting]
    turn.say("utter_identity_thanks")


def first(turn: Turn) -> None:
    """Here a code comes before anything else: to which number?"""
    turn.ask(questions.Identity(awaits="phone", again="utter_identity_ask_phone_again"), "utter_law_code_first")


def send(turn: Turn, to: str, first: str = "", *, company: bool = False) -> None:
    """A code to this number, or to the company with this account number. The same again is one more."""
    asked = turn.asked
    before = asked.sent if isinstance(asked, questions.Identity) and asked.phone == to else 0
    if before >= MOST:
        _offer_person(turn)
        return
    if isinstance(_code(turn, to, company=company), identity.NoMoreCodes):
        turn.ask(questions.Person(), "utter_identity_code_no_more")
        return
    sent, sent_again = _SENT_TO_COMPANY if company else _SENT
    question = questions.Identity(awaits="code", phone=to, sent=before + 1, again=_AGAIN, company=company)
    turn.ask(question, sent_again if before else first or sent)


def _code(turn: Turn, to: str, *, company: bool) -> identity.CodeAsked | identity.NoMoreCodes:
    known, session, talk = turn.settings, turn.session, turn.conversation
    how = contact.Sending(key="code", role=known.collection_role, time_zone=known.time_zone, company=known.company,
                          licence_ca=known.licence_ca)  # fmt: skip
    checks = identity.Checks.on(talk.channel, known.secret_key)
    if not company:
        return identity.ask_code(session, talk, to, how, now=turn.now, checks=checks)
    channels: tuple[contact.Channel, ...] = ("sms", "email") if known.smtp is not None else ("sms",)
    return identity.ask_company_code(
        session, talk, to, how, now=turn.now, checks=checks, channels=channels,
        is_company=lambda party: accounts.known_party(session, party).is_company,
    )  # fmt: skip


def again(turn: Turn) -> None:
    """It did not come, or counts no more."""
    asked = turn.asked
    assert isinstance(asked, questions.Identity) and asked.awaits == "code"
    send(turn, asked.phone, company=asked.company)


def wrong(turn: Turn, left: int) -> None:
    """Not that one; `left` 0: it counts no more, whatever they type."""
    asked = turn.asked
    if not isinstance(asked, questions.Identity) or (left == 0 and asked.sent >= MOST):
        _offer_person(turn)
    elif left == 0:
        turn.ask(_as_it_is(asked, _OVER), _OVER)
    else:
        turn.ask(_as_it_is(asked, _AGAIN), "utter_identity_code_wrong")


def is_asked(turn: Turn) -> bool:
    """The phone or its code: this way is taken already."""
    return isinstance(turn.asked, questions.Identity) and turn.asked.awaits in ("phone", "code")


def is_awaited(turn: Turn) -> bool:
    return isinstance(turn.asked, questions.Identity) and turn.asked.awaits == "code"


def is_over(turn: Turn) -> bool:
    return is_awaited(turn) and turn.asked is not None and turn.asked.again == _OVER


def _as_it_is(asked: questions.Identity, again_: str) -> questions.Identity:
    return msgspec.structs.replace(asked, put=1, again=again_)


def _offer_person(turn: Turn) -> None:
    before = questions.dump(turn.asked)
    turn.ask(questions.Person(before=before, again="utter_dialogue_offer_person_short"), "utter_identity_offer_person")
