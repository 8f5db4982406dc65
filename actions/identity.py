"""Who are we talking to: asking, checking the answers, and going on with what they wanted."""

from __future__ import annotations

import re

from actions.answers import answers
from actions.handoff import hand_over
from actions.responder import Responder
from bot import accounts, contact, handoff, identity
from bot.dialogue import Matter, Turn, grammar

OFFER_PERSON_AFTER = 3
"""Times that we ask who they are before a person is offered; once more, and the person is asked for."""
_REFERENCE = re.compile(r"\b([A-Za-z]{2})[- ]?(\d{3,8})\b")
_NOT_REFERENCES = frozenset(
    ["zip", "cp", "is", "am", "im", "es", "el", "la", "de", "in", "on", "at", "of", "to", "my", "no", "it", "or", "so",
     "ok", "un", "mi"]
)  # fmt: skip
_ASK = {
    "date_of_birth": "utter_identity_ask_date_of_birth",
    "postcode": "utter_identity_ask_postcode",
    "reference": "utter_identity_ask_reference",
}


def ask_who(turn: Turn) -> None:
    """The first words to somebody who is not verified: neutral, and the same whether or not we know them."""
    turn.state.asked_who += 1
    if turn.state.asked_who > OFFER_PERSON_AFTER + 1:
        hand_over(turn, handoff.Reason.STUCK, "utter_handoff_stuck")
        return
    if turn.state.asked_who > OFFER_PERSON_AFTER:
        turn.ask("person", "utter_identity_offer_person")
        return
    question = turn.state.question
    if question is not None and question.kind == "identity" and question.again:
        turn.ask("identity", question.again)
        return
    known = contact.parties_at(turn.session, turn.conversation.channel, turn.conversation.address)
    company, again = turn.settings.company, "utter_identity_ask_again"
    if len(known) == 1:
        name = accounts.given_name(turn.session, known[0])
        turn.ask("identity", "utter_identity_ask", None, again, company=company, name=name)
    else:
        turn.ask("identity", "utter_identity_ask_all", None, "utter_identity_ask_all_again", company=company)


def try_identity(turn: Turn) -> bool:
    """Their message may hold the answer already: "hi, 4/12/1985 30318, what do i owe". True when it was checked."""
    given = read(turn)
    asked = turn.state.question is not None and turn.state.question.kind == "identity"
    if given.date_of_birth is None or (given.postcode is None and not asked):
        return False
    return check(turn)


@answers("identity")
def check(turn: Turn) -> bool:
    """Compare what they sent. False when there was nothing in it to compare."""
    given = read(turn)
    if given == identity.Answers():
        return False
    turn.state.asked_who = 0
    checks = identity.Checks.on(turn.conversation.channel, turn.settings.secret_key)
    outcome = identity.challenge(turn.session, turn.refreshed(), given, now=turn.now, checks=checks)
    if isinstance(outcome, identity.Matched):
        _welcome(turn)
    elif isinstance(outcome, identity.NotMatched):
        turn.ask("identity", "utter_identity_not_matched", None, "utter_identity_ask_again")
    elif isinstance(outcome, identity.Incomplete):
        turn.ask("identity", _ASK[outcome.missing[0]])
    else:
        turn.answered()
        hand_over(turn, handoff.Reason.LOCKED, "utter_identity_locked")
    return True


def read(turn: Turn) -> identity.Answers:
    """The parts of a proof in the message: a date of birth, a postcode, a reference."""
    text = turn.message.text
    local = turn.now.astimezone(turn.zone)
    postcode = grammar.postcode(text)
    found = [match for match in _REFERENCE.finditer(text) if match[1].lower() not in _NOT_REFERENCES]
    references = [f"{match[1]}-{match[2]}".upper() for match in found if match[2] != postcode]
    return identity.Answers(
        date_of_birth=grammar.date_of_birth(text, local),
        postcode=postcode,
        reference=references[0] if references else None,
    )


def _welcome(turn: Turn) -> None:
    turn.answered()
    accounts.adopt_disputes(turn.session, turn.who(), turn.now)
    wanted, turn.state.wanted = turn.state.wanted, []
    turn.say("utter_identity_thanks")
    turn.also = [Matter(**matter) for matter in wanted] or [Matter("ask_balance", 1.0, turn.matter.text)]


class ActionIdentityWhyVerify(Responder):
    """Why do you need my date of birth?"""

    def respond(self, turn: Turn) -> None:
        turn.say("utter_identity_why", company=turn.settings.company)
        if not turn.is_verified() and not turn.ask_again():
            ask_who(turn)
