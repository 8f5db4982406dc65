"""Who are we talking to: asking, checking the answers, and going on with what they wanted."""

from __future__ import annotations

import re

from actions.answers import answers
from actions.handoff import hand_over, offer_person
from actions.order import ASKING, in_order
from actions.responder import Responder
from bot import accounts, contact, handoff, identity
from bot.dialogue import Matter, Turn, grammar

OFFER_PERSON_AFTER = 3
"""Times that we ask who they are before a person is offered; once more, and the person is asked for. Once less when
they told of something hard: nobody is asked three times for their postcode after that."""
MOST_WANTED = 3
HARD = frozenset({"hardship", "cannot_pay", "needs_time", "money_advice"})
UNWILLING = frozenset({"deny", "refuse_offer"})
_REFERENCE = re.compile(r"\b([A-Za-z]{2})[- ]?(\d{3,8})\b")
_NOT_REFERENCES = frozenset(
    ["zip", "cp", "is", "am", "im", "es", "el", "la", "de", "in", "on", "at", "of", "to", "my", "no", "it", "or", "so",
     "ok", "un", "mi"]
)  # fmt: skip
_ASK = {
    "date_of_birth": ("utter_identity_ask_date_of_birth", "utter_identity_ask_date_of_birth_again"),
    "postcode": ("utter_identity_ask_postcode", "utter_identity_ask_postcode_again"),
    "reference": ("utter_identity_ask_reference", "utter_identity_ask_reference_again"),
}
"""Once, and when it has to be asked again."""
_PIECES = frozenset(again for _, again in _ASK.values())
_ITS_ME = frozenset({
    "yes", "yeah", "yep", "yup", "hi", "hello", "hey", "ok", "okay", "this", "is", "it", "its", "me", "im", "i",
    "am", "my", "name", "thats", "that", "here", "speaking", "si", "hola", "bueno", "soy", "yo", "habla", "le",
    "llamo", "mi", "nombre", "es", "el", "la", "con", "ella", "buenas", "buenos", "dias", "tardes",
})  # fmt: skip
_I_AM = "this is|its|it is|i am|im|my name is|soy|habla|me llamo|mi nombre es"
_LACKS = re.compile(
    r"\b(?:no|dont|do not|without|lost|cant|sin|perdi|nunca)\b.{0,25}"
    r"\b(?:ref(?:erence)?(?: (?:number|num|no))?|that number|the letter|referencia|ese numero|la carta)\b"
)


def ask_who(turn: Turn) -> None:
    """The first words to somebody who is not verified: neutral, and the same whether or not we know them."""
    turn.state.asked_who += 1
    hard = told_hardship(turn)
    offer_after = OFFER_PERSON_AFTER - hard
    if turn.state.asked_who > offer_after + 1:
        _give_up(turn, hard=hard)
    elif turn.state.asked_who > offer_after:
        turn.ask("person", "utter_identity_offer_person_hard" if hard else "utter_identity_offer_person")
    elif turn.state.asked_who == 1 and not _is_asked(turn):
        _ask_first(turn, hard=hard)
    else:
        _ask_again(turn, hard=hard)


def told_hardship(turn: Turn) -> bool:
    """Now, or before we know who they are: whoever did is not spoken to as if they had not."""
    return turn.matter.intent in HARD or any(matter["intent"] in HARD for matter in turn.state.wanted)


def _ask_first(turn: Turn, *, hard: bool) -> None:
    known = contact.parties_at(turn.session, turn.conversation.channel, turn.conversation.address)
    company, again = turn.settings.company, _again(turn)
    if len(known) == 1:
        response = "utter_identity_ask_hard" if hard else "utter_identity_ask"
        turn.ask("identity", response, None, again, company=company, name=accounts.given_name(turn.session, known[0]))
    else:
        response = "utter_identity_ask_all_hard" if hard else "utter_identity_ask_all"
        turn.ask("identity", response, None, again, company=company)


def _is_asked(turn: Turn) -> bool:
    return turn.state.question is not None and turn.state.question.kind == "identity"


def _ask_again(turn: Turn, *, hard: bool) -> None:
    if hard:
        turn.say("utter_identity_hear_you")
    question = turn.state.question
    missing = question.again if question is not None and question.kind == "identity" else None
    turn.ask("identity", missing or _again(turn))


def _again(turn: Turn) -> str:
    """All that is needed from this address, in one sentence."""
    known = contact.parties_at(turn.session, turn.conversation.channel, turn.conversation.address)
    return "utter_identity_ask_again" if known else "utter_identity_ask_all_again"


def _give_up(turn: Turn, *, hard: bool) -> None:
    if hard:
        hand_over(turn, handoff.Reason.HARDSHIP, "utter_handoff_waiting")
    else:
        hand_over(turn, handoff.Reason.STUCK, "utter_handoff_stuck")


def wait_for_proof(turn: Turn) -> None:
    """They asked for something that is only for the right person: it is kept until we know, unless they decline."""
    question = turn.state.question
    elsewhere = question is not None and question.kind not in ("identity", "person", "else")
    declines = turn.matter.intent in UNWILLING and not turn.matter.entities and not elsewhere
    if not declines:
        turn.state.wanted = [matter.as_json() for matter in _wanted(turn)]
    turn.also.clear()
    if try_identity(turn):
        return
    if declines:
        declined(turn)
    else:
        ask_who(turn)


def _wanted(turn: Turn) -> list[Matter]:
    """What waits already and what came now, each once. New terms take the place of the old ones."""
    new = [turn.matter, *turn.also]
    intents = {matter.intent for matter in new}
    if intents & ASKING:
        intents |= ASKING
    earlier = [Matter(**matter) for matter in turn.state.wanted if matter["intent"] not in intents]
    return in_order(turn, [*earlier, *new][-MOST_WANTED:])


def trust_their_name(turn: Turn) -> bool:
    """ "This is Maria, I lost my job": whatever the model thinks of wrong numbers, it is who we write to.

    True when something else than what was heard first comes next.
    """
    talk, said = turn.conversation, grammar.folded(turn.message.text)
    known = contact.parties_at(turn.session, talk.channel, talk.address)
    names = [grammar.folded(accounts.given_name(turn.session, party_id)) for party_id in known]
    if not any(re.search(rf"(?<!\bno )\b(?:{_I_AM}) {re.escape(name)}\b", said) for name in names):
        return False
    first = turn.matter
    heard = [m for m in (first, *turn.also) if m.intent != "wrong_person" or m.caught_by != "model"]
    turn.heard, *turn.also = heard or [Matter("greet", 1.0, turn.message.text, whole=turn.message.text)]
    if turn.heard is first:
        return False
    turn.also = in_order(turn, [turn.heard, *turn.also])
    return True


def says_their_name(turn: Turn) -> bool:
    """ "This is Maria", to "I have something private for Maria": they are asked for the proof. True when it is said."""
    talk = turn.conversation
    known = contact.parties_at(turn.session, talk.channel, talk.address)
    if turn.is_verified() or len(known) != 1 or not _only_their_name(turn, known[0]):
        return False
    turn.also.clear()
    ask_who(turn)
    return True


def _only_their_name(turn: Turn, party_id: str) -> bool:
    party = accounts.known_party(turn.session, party_id)
    given, family = _words(party.given_name), _words(party.family_name)
    said = [word for word in _words(turn.message.text) if word not in _ITS_ME]
    return bool(said) and set(given) <= set(said) <= {*given, *family}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", grammar.folded(text))


def lacks_it(turn: Turn) -> bool:
    """ "I don't have a reference number": a person can find them another way. True when that is offered."""
    if turn.is_verified() or not _is_asked(turn) or not _LACKS.search(grammar.folded(turn.message.text)):
        return False
    turn.also.clear()
    offer_person(turn, "utter_identity_offer_person")
    return True


def declined(turn: Turn) -> None:
    """They would rather not say who they are: that is fine, and said once. Who lacks one piece is offered a person."""
    if _is_asked(turn) and turn.state.question is not None and turn.state.question.again in _PIECES:
        offer_person(turn, "utter_identity_offer_person")
        return
    turn.answered()
    turn.say("utter_dialogue_goodbye" if turn.has_just_said("utter_identity_no_need") else "utter_identity_no_need")


def try_identity(turn: Turn) -> bool:
    """Their message may hold the answer already: "hi, 4/12/1985 30318, what do i owe". True when it was checked."""
    given = read(turn)
    whole = given.date_of_birth is not None and (_is_asked(turn) or given.postcode is not None)
    return (whole or turn.matter.intent == "inform") and check(turn)


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
        turn.ask("identity", "utter_identity_not_matched", None, _again(turn))
    elif isinstance(outcome, identity.Incomplete):
        once, again = _ASK[outcome.missing[0]]
        turn.ask("identity", once, None, again)
    else:
        turn.answered()
        hand_over(turn, handoff.Reason.LOCKED, "utter_identity_locked")
    return True


def read(turn: Turn) -> identity.Answers:
    """The parts of a proof in the message: a date of birth, a postcode, a reference."""
    text = turn.message.text
    first, other = (*grammar.dates_of_birth(text, turn.now.astimezone(turn.zone)), None, None)[:2]
    postcode = grammar.postcode(text)
    found = [match for match in _REFERENCE.finditer(text) if match[1].lower() not in _NOT_REFERENCES]
    references = [f"{match[1]}-{match[2]}".upper() for match in found if match[2] != postcode]
    return identity.Answers(
        date_of_birth=first,
        postcode=postcode,
        reference=references[0] if references else None,
        other_date_of_birth=other,
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
        if turn.has_just_said("utter_identity_why"):
            offer_person(turn, "utter_identity_offer_person")
            return
        turn.say("utter_identity_why", company=turn.settings.company)
        if not turn.is_verified() and not turn.ask_again():
            ask_who(turn)
