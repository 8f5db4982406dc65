"""The other way in for who lacks their reference: the phone number that we have, and the code that is texted to it.

What is said is the same for every number. A person is offered when that leads nowhere either.
"""

from __future__ import annotations

from bot import contact, identity
from bot.dialogue import Turn, questions

MOST = 2
"""Codes to one number before a person is offered."""
_AGAIN, _OVER = "utter_identity_code_ask_again", "utter_identity_code_over"


def lacks(turn: Turn) -> None:
    """They lack what is asked for."""
    if turn.known.at_address or is_asked(turn):
        _offer_person(turn)
    else:
        turn.ask(questions.Identity(awaits="phone", again="utter_identity_ask_phone_again"), "utter_identity_ask_phone")


def text(turn: Turn, phone: str) -> None:
    """A code to this number, and what it is. The same number again is one more."""
    asked = turn.asked
    before = asked.sent if isinstance(asked, questions.Identity) and asked.phone == phone else 0
    if before >= MOST:
        _offer_person(turn)
        return
    known = turn.settings
    how = contact.Sending(key="code", role=known.collection_role, time_zone=known.time_zone, company=known.company,
                          licence_ca=known.licence_ca)  # fmt: skip
    checks = identity.Checks.on(turn.conversation.channel, known.secret_key)
    outcome = identity.ask_code(turn.session, turn.conversation, phone, how, now=turn.now, checks=checks)
    if isinstance(outcome, identity.NoMoreCodes):
        turn.ask(questions.Person(), "utter_identity_code_no_more")
        return
    question = questions.Identity(awaits="code", phone=phone, sent=before + 1, again=_AGAIN)
    turn.ask(question, "utter_identity_code_sent_again" if before else "utter_identity_code_sent")


def again(turn: Turn) -> None:
    """It did not come, or counts no more."""
    asked = turn.asked
    assert isinstance(asked, questions.Identity) and asked.awaits == "code"
    text(turn, asked.phone)


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
    return questions.Identity(awaits=asked.awaits, phone=asked.phone, sent=asked.sent, again=again_)


def _offer_person(turn: Turn) -> None:
    before = questions.dump(turn.asked)
    turn.ask(questions.Person(before=before, again="utter_dialogue_offer_person_short"), "utter_identity_offer_person")
