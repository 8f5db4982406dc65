"""Who are we talking to: asking, checking the answers, and going on with what they wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec

from actions import codes, companies, holds, proving
from actions.handler import handles, instead, refuses
from bot import accounts, contact, handoff, identity
from bot.contact import HoldKind
from bot.core import Refusal, in_brief
from bot.dialogue import Turn, effects, moving, questions
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Act, Identify, Plain, Said
from bot.dialogue.meaning.order import QUESTIONS, rank

OFFER_PERSON_AFTER = 3
"""Times that we ask who they are before a person is offered; once more, and the person is asked for. Once less when
they told of something hard: nobody is asked three times for their postcode after that."""
MOST_WANTED = 3
HARD = frozenset({"hardship", "cannot_pay", "needs_time", "money_advice"})
_NOT_WANTED = frozenset({"greet", "thanks", "goodbye", "unclear", "out_of_scope", "anger", "help"})
_ASK = {
    "date_of_birth": ("utter_identity_ask_date_of_birth", "utter_identity_ask_date_of_birth_again"),
    "postcode": ("utter_identity_ask_postcode", "utter_identity_ask_postcode_again"),
    "reference": ("utter_identity_ask_reference", "utter_identity_ask_reference_again"),
}
"""Once, and when it has to be asked again."""
_ENDS_BY_ITSELF = frozenset({"ask_balance", "ask_breakdown", "plan_status", "ask_history"})
"""Answers that say what is owed and go on."""
_NAMES_TERMS = frozenset({"propose", "pay", "promise", "choose"})
_OF_A_DISPUTE = (HoldKind.DISPUTE, HoldKind.VALIDATION)
_LEFT_ALONE = frozenset({HoldKind.COERCED_DEBT, HoldKind.CEASE, HoldKind.DECEASED})
"""Whoever writes may be somebody else, or wants to hear nothing."""
_TOLD_NOTHING = frozenset({HoldKind.ATTORNEY, HoldKind.BANKRUPTCY, HoldKind.IDENTITY_THEFT, HoldKind.BREATHING_SPACE})
"""Nothing of an account would be told to them either. Where nobody is known yet the proof still says whom to hold."""
_PIECES = frozenset(again for _, again in _ASK.values())


@refuses(identity.NotVerified)
def wait_for_proof(turn: Turn, refusal: Refusal) -> None:
    """They asked for something that is only for the right person: it is kept until we know who that is. What else they
    said is answered as far as it may be, and then who they are is asked once.
    """
    _keep(turn, turn.said)
    turn.queue = [said for said in turn.queue if said.name not in _NOT_WANTED]
    proof = next((said for said in turn.queue if isinstance(said.act, Identify)), None)
    if proof is not None:
        turn.queue.remove(proof)
        turn.queue.insert(0, proof)
    elif not any(said.name == "ask_who" for said in turn.queue):
        turn.queue.append(replace(turn.said, act=Plain(name="ask_who"), caught_by=None, needs_check=False))


@refuses(identity.CodeNeeded)
def wait_for_code(turn: Turn, refusal: Refusal) -> None:
    """They want to change something from an address that is not on file."""
    codes.needed(turn, refusal.response)


def _keep(turn: Turn, new: Said) -> None:
    """What waits already and what came now, each once."""
    if new.name not in _NOT_WANTED:
        names = moving.TERMS if new.name in moving.TERMS else {new.name}
        earlier = [one for one in turn.state.waiting if one["act"] not in names or one["words"] == new.words]
        turn.state.waiting = [*earlier, packing.pack(new)][-MOST_WANTED:]


@handles("identify")
def identify(turn: Turn, act: Identify) -> None:
    """Compare what they sent. A name alone proves nothing, and is answered with the question for the proof."""
    if turn.is_verified and act.code is not None and codes.is_awaited(turn):
        codes.confirm(turn, act)
        return
    effects.note_given(turn)
    if companies.takes(turn, act):
        _by_account(turn, act)
        return
    given = identity.Answers(act.date_of_birth, act.postcode, act.reference, act.other_date_of_birth, act.code)
    phone = None if turn.known.at_address else act.phone
    if turn.is_verified or (given == identity.Answers() and phone is None):
        _known_by_name(turn, act)
        return
    turn.state.asked_who = 0
    if given == identity.Answers() and phone is not None:
        codes.send(turn, phone)
        return
    checks = identity.Checks.on(turn.conversation.channel, turn.settings.secret_key, turn.settings.code_for)
    outcome = identity.challenge(turn.session, turn.conversation, given, now=turn.now, checks=checks)
    if act.code is not None:
        turn.reload()  # with a right one their phone is known
    lacks_more = isinstance(outcome, identity.Incomplete) and outcome.missing[0] == "reference"
    if phone is not None and (lacks_more or isinstance(outcome, identity.CodeFirst)):
        codes.send(turn, phone)
    else:
        _judged(turn, outcome)


@instead(companies.names_account)
def name_account(turn: Turn, act: Act) -> None:
    """Whatever else the number of an account might have been heard as."""
    turn.was_proof = True
    _by_account(turn, Identify(for_company=True))


def _by_account(turn: Turn, act: Identify) -> None:
    turn.state.asked_who = 0
    outcome = companies.identify(turn, act)
    if outcome is not None:
        _judged(turn, outcome)


def _is_written_to_a_person(turn: Turn) -> bool:
    return turn.overheard and isinstance(turn.said.act, Identify)


@instead(_is_written_to_a_person)
def overhear(turn: Turn, act: Identify) -> None:
    """A word of ours would only be in the way of whoever answers."""
    proving.judge(turn, act)


def _judged(turn: Turn, outcome: identity.Outcome) -> None:
    if isinstance(outcome, identity.Matched):
        _welcome(turn, outcome.verified)
        holds.ask_who_writes(turn)
    elif isinstance(outcome, identity.NotMatched):
        turn.ask(_everything(turn), "utter_identity_not_matched")
    elif isinstance(outcome, identity.WrongCode):
        codes.wrong(turn, outcome.left)
    elif isinstance(outcome, identity.CodeFirst):
        codes.first(turn)
    elif isinstance(outcome, identity.Incomplete):
        _ask_for(turn, outcome.missing[0])
    else:
        turn.answered()
        effects.open_case(turn, handoff.Reason.LOCKED)
        turn.say("utter_identity_locked")


def _ask_for(turn: Turn, missing: str) -> None:
    """One piece. Who was asked for it already and sends something else lacks it."""
    (once, again), asked = _ASK[missing], turn.asked
    if missing == "reference" and codes.is_asked(turn):
        assert asked is not None and asked.again is not None
        turn.ask(asked, asked.again, **asked.values)
    elif asked is not None and asked.again == again:
        codes.lacks(turn)
    else:
        awaits = "reference" if missing == "reference" else None
        if any(one.name in HARD for one in turn.queue):
            turn.say("utter_identity_hear_you")
        turn.ask(questions.Identity(again=again, awaits=awaits), once)


def _known_by_name(turn: Turn, act: Identify) -> None:
    is_empty = act == Identify()
    if turn.asked is not None and (turn.is_verified or is_empty):
        turn.then_plain("unclear")
    elif turn.is_verified:
        turn.then_plain("greet")
    else:
        _ask_who(turn)


def _welcome(turn: Turn, who: identity.Verified) -> None:
    """What they wanted goes on, as the answer to what had been open then."""
    accounts.adopt_disputes(turn.session, who, turn.now)
    last_known = turn.conversation.verified_until
    turn.state.question = questions.load(turn.state.pending)
    turn.reload()
    moving.come_in(turn, last_known - _window(turn) if last_known is not None else None)
    turn.opening, turn.state.pending, turn.state.misses = turn.state.question, None, 0
    if turn.state.moved:
        turn.reload()  # with the offers that it is about
    waiting, turn.state.waiting = turn.state.waiting, []
    if any(said.name in _NAMES_TERMS for said in turn.queue):  # what they name now takes the place of a wish before it
        waiting = [one for one in waiting if one["act"] not in moving.TERMS - _NAMES_TERMS]
    turn.say("utter_identity_thanks")
    turn.queue[:0] = sorted((packing.unpack(one) for one in waiting), key=lambda one: rank(one.name))
    moving.pick_up(turn)
    if any(hold.reason == "minor" for hold in turn.known.holds):
        turn.queue.append(Said(Plain(name="take_back"), turn.said.words))  # the proof is a grown-up's: was it meant?
        return
    holds_all = any(hold.kind in _OF_A_DISPUTE and hold.debt_id is None for hold in turn.known.holds)
    if holds_all and accounts.unnamed_disputes(turn.session, who, turn.now):
        turn.queue.append(Said(Plain(name="which_disputed"), turn.said.words))
    elif _only_asks(turn) and not _is_stopped(turn):
        turn.queue.append(Said(Plain(name="resume"), turn.said.words))


def _only_asks(turn: Turn) -> bool:
    """Nothing is left but questions with an answer: behind it stands what they owe, and the next step."""
    return all(said.name == "ask_who" or said.name in QUESTIONS - _ENDS_BY_ITSELF for said in turn.queue)


def _is_stopped(turn: Turn) -> bool:
    """They have just heard that something of theirs is on hold: what is owed is not told beside it."""
    texts = contact.texts.load()
    return any(texts[name].tag == "hold" for name, _ in turn.says)


def _window(turn: Turn) -> timedelta:
    """For how long a word of theirs counts here."""
    return identity.Checks.on(turn.conversation.channel, turn.settings.secret_key).window


@handles("accept", "greet", "thanks", asked=("identity",))
def asked_who(turn: Turn, act: Act) -> None:
    """A yes to "shall I text a new one?" is one; else who they are is asked again."""
    if turn.said.name == "accept" and codes.is_over(turn):
        codes.again(turn)
    elif turn.is_verified and turn.asked is not None and turn.asked.again is not None:
        turn.ask(turn.asked, turn.asked.again, **turn.asked.values)
    else:
        _ask_who(turn)


@handles("refuse", "drop", "keep", "think_it_over", asked=("identity",))
def decline(turn: Turn, act: Act) -> None:
    """They would rather not say who they are: that is fine, and said once; who only thinks it over may still. A no to
    one piece is that they lack it.
    """
    assert turn.asked is not None
    if turn.is_verified:
        codes.lacks(turn)
        return
    if turn.said.name == "refuse" and (turn.asked.again in _PIECES or codes.is_asked(turn)):
        codes.lacks(turn)
        return
    if turn.has_just_said("utter_identity_no_need"):
        turn.ask(questions.Person(), "utter_identity_offer_person")
        return
    if turn.said.name != "think_it_over":
        turn.answered()
    turn.say("utter_identity_no_need")


@handles("cannot_say", "no_more", asked=("identity",))
def lacks_it(turn: Turn, act: Act) -> None:
    """ "I don't have a reference number": there is another way. Of a code: it did not come, or the phone is gone."""
    if codes.is_awaited(turn) and turn.said.name == "cannot_say":
        codes.again(turn)
    else:
        codes.lacks(turn)


@handles("repeat", "payment_problem", asked=("identity",))
def not_come(turn: Turn, act: Plain) -> None:
    """ "Send it again", "no code came": one more. Without a code nothing can be repeated to who is not known."""
    if codes.is_awaited(turn):
        codes.again(turn)
    elif turn.said.name == "repeat":
        _ask_who(turn)
    else:
        raise identity.NotVerified


@handles("why_verify")
def why_verify(turn: Turn, act: Plain) -> None:
    """Why do you need my date of birth?"""
    if turn.has_just_said("utter_identity_why"):
        turn.ask(questions.Person(), "utter_identity_offer_person")
        return
    turn.say("utter_identity_why", company=turn.settings.company)
    if not turn.is_verified and not turn.ask_again():
        _ask_who(turn)


@handles("ask_who")
def ask_who(turn: Turn, act: Plain) -> None:
    """Nothing more can be said before we know; unless the message had its proofs, or a person was asked for instead."""
    if turn.put is None and not turn.is_verified:
        _ask_who(turn)


def _ask_who(turn: Turn) -> None:
    """The first words to somebody who is not verified: neutral, and the same whether or not we know them.

    What had been asked when they were still known waits, and is open again when they have proved who they are.
    """
    if _is_left_in_peace(turn):
        turn.say("utter_dialogue_here")
        return
    before = turn.state.question
    if before is not None and before.kind not in ("identity", "person", "else"):
        turn.state.pending = questions.dump(before)
    if turn.waited and turn.state.asked_who > 1 and not _introduced(turn):
        turn.say("utter_identity_only_you")  # a person comes anyway: nobody is asked over and over meanwhile
        return
    turn.state.asked_who += 1
    hard = _told_hardship(turn)
    turn.state.hardship_told = turn.state.hardship_told or hard  # they hear that it is a pity here, and not again
    offer_after = OFFER_PERSON_AFTER - hard
    if turn.state.asked_who > offer_after + 1:
        turn.answered()
        turn.state.asked_who = 1  # a person is on the way; the proof is still worth asking for
        effects.open_case(turn, handoff.Reason.HARDSHIP if hard else handoff.Reason.STUCK)
        turn.say("utter_handoff_waiting" if hard else "utter_handoff_stuck")
    elif turn.state.asked_who > offer_after:
        turn.ask(questions.Person(), "utter_identity_offer_person_hard" if hard else "utter_identity_offer_person")
    elif turn.state.asked_who == 1 and turn.conversation.verified_until is not None and turn.known.at_address:
        once_more = "utter_identity_ask_account" if companies.is_behind(turn) else "utter_identity_ask_once_more"
        turn.ask(_everything(turn), once_more)
    elif (
        turn.state.asked_who == 1 and not isinstance(turn.state.question, questions.Identity) and not _introduced(turn)
    ):
        _ask_first(turn, hard=hard)
    else:
        _ask_again(turn, hard=hard)


def _is_left_in_peace(turn: Turn) -> bool:
    """They told of something grave and want nothing now: a mere word is no reason to ask for a birth date."""
    known = _TOLD_NOTHING if turn.known.at_address else frozenset[HoldKind]()
    grave = any(hold.kind in _LEFT_ALONE | known or hold.reason == "minor" for hold in turn.known.holds)
    return grave and not turn.says and not turn.state.waiting


def _told_hardship(turn: Turn) -> bool:
    """Now, or before we know who they are: whoever did is not spoken to as if they had not."""
    return turn.said.name in HARD or any(one["act"] in HARD for one in turn.state.waiting)


def _introduced(turn: Turn) -> bool:
    """Another answer of this turn says already who writes."""
    texts = contact.texts.load()
    return any("automated" in texts[name].discloses for name, _ in turn.says if name in texts)


def _ask_first(turn: Turn, *, hard: bool) -> None:
    """By name where one person alone can be behind this address."""
    known, company = turn.known.at_address, turn.settings.company
    question = _everything(turn)
    if companies.is_behind(turn):
        if hard:
            turn.say("utter_identity_hear_you")
        if len(known) == 1:
            turn.ask(question, "utter_identity_ask_company", company=company, name=in_brief(known[0].given_name))
        else:
            turn.ask(question, "utter_identity_ask_account")
    elif len(known) == 1:
        wanted = "utter_identity_ask_wanted" if turn.state.waiting else "utter_identity_ask"
        name = in_brief(known[0].given_name)
        turn.ask(question, "utter_identity_ask_hard" if hard else wanted, company=company, name=name)
    else:
        turn.ask(question, "utter_identity_ask_all_hard" if hard else "utter_identity_ask_all", company=company)


def _ask_again(turn: Turn, *, hard: bool) -> None:
    if hard:
        turn.say("utter_identity_hear_you")
    elif _is_put_off(turn) and not turn.has_just_said("utter_identity_only_you"):
        turn.say("utter_identity_only_you")
    question = turn.state.question
    open_one = isinstance(question, questions.Identity) and question.again is not None
    again = question if open_one and question is not None else _everything(turn)
    assert again.again is not None
    turn.ask(msgspec.structs.replace(again, put=1), again.again)


def _is_put_off(turn: Turn) -> bool:
    """To our request they asked something else, which is kept until we know them: they hear that it is."""
    is_kept = any(one["words"] == turn.said.words for one in turn.state.waiting)
    return is_kept and turn.opening is not None and not turn.says


def _everything(turn: Turn) -> questions.Identity:
    """All that is needed from this address."""
    if companies.is_behind(turn):
        return companies.question()
    return questions.Identity(again=_all_again(turn), awaits=None if turn.known.at_address else "all")


def _all_again(turn: Turn) -> str:
    """All that is needed from this address, in one sentence."""
    return "utter_identity_ask_again" if turn.known.at_address else "utter_identity_ask_all_again"
