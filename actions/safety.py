"""Safety and law: acted on at once, in any state, verified or not. The hold comes first, the words after it."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.answers import answers, what_else
from actions.handoff import hand_over, note, open_case
from actions.holds import IN_DANGER, STOPS, hold, opt_out, take_effect
from actions.identity import ask_who
from actions.order import in_order
from actions.responder import SMALL_TALK, Responder
from bot import contact, handoff
from bot.contact import HoldKind
from bot.dialogue import Matter, Turn
from bot.handoff import Reason

SOMEBODY_ELSE = frozenset({"third_party", "deceased"})
"""Whoever writes this is not the person whom we knew: they are asked anew."""
GUESS = 0.8
AGREES, AGREES_IN_DANGER, OTHERWISE = 0.5, 0.9, 0.5
"""The model's own confidence that lets it confirm what a phrase caught, or hear something milder in it. In danger it
takes more: a caring question first costs little, and anything but a clear yes to it gets a person."""
_AT_WORK = re.compile(
    r"\b(?:call\w*|text\w*|contact\w*|writ\w+|llam\w+|escrib\w+|mand\w+)\b[^,.;]*"
    r"\b(?:my (?:work|job|boss|office)|at work|mi (?:trabajo|jefe|oficina)|al trabajo|en el trabajo)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,.;!?]\s+|\s+(?:and|y|but|pero)\s+", re.IGNORECASE)
_WELL = re.compile(
    r"\W*(?:(?:oh|ha(?:ha)*|lol|jaja\w*|no|just kidding|kidding|sorry|perdon|perdón)\W+)*"
    r"(?:y|yes|yeah|yep|yup|sure|ok|okay|(?:i'?m|i am|im|all) (?:ok|okay|fine|good|safe|alright|all right)"
    r"|just (?:a )?jok|figure of speech|s[ií]|claro|(?:estoy|todo) (?:bien|a salvo)|es (?:un decir|broma)"
    r"|no se preocupe)\b",
    re.IGNORECASE,
)


def in_doubt(turn: Turn) -> bool:
    """True when we asked what was meant. A milder reading that the model is sure of is taken instead."""
    heard, (model, sure) = turn.matter, _model(turn)
    if _says_it_again(turn) or not (heard.needs_check or _is_guess(heard)):
        return False
    if (
        heard.needs_check
        and model == heard.intent
        and sure >= (AGREES_IN_DANGER if heard.intent in IN_DANGER else AGREES)
    ):
        return False
    rest = [matter for matter in turn.also if matter.intent != heard.intent]
    if heard.intent in IN_DANGER:
        return _ask(turn, "safe", "utter_safety_check", rest)
    if heard.intent in ("opt_out", "cease_contact"):
        if model == "contact_preference" and sure >= OTHERWISE or _AT_WORK.search(heard.text):
            return _milder(turn, rest)
        return _ask(turn, "stop", "utter_safety_ask_stop", rest)
    about = turn.phrase(f"utter_safety_about_{heard.intent}")
    return _ask(turn, "meant", "utter_safety_ask_meant", rest, about=about)


def _is_guess(heard: Matter) -> bool:
    """The model alone thinks of a wrong number, and not surely: "this is Tom" would lose Tom his only way to us."""
    return heard.intent == "wrong_person" and heard.caught_by == "model" and heard.confidence < GUESS


def _says_it_again(turn: Turn) -> bool:
    """We asked whether they meant this, and they say it once more: it is not asked twice."""
    question = turn.state.question
    return question is not None and question.kind in ("meant", "stop") and (
        question.data["meant"]["intent"] == turn.matter.intent
    )  # fmt: skip


def _milder(turn: Turn, rest: list[Matter]) -> bool:
    """Not every message, only those calls: a wish that is noted, and the other matters go on."""
    piece = next((piece for piece in _CLAUSE.split(turn.matter.text) if _AT_WORK.search(piece)), turn.matter.text)
    wish = replace(
        turn.matter, intent="contact_preference", text=piece.strip(), entities=(), needs_check=False, caught_by=None
    )
    turn.also = in_order(turn, [wish, *(matter for matter in rest if matter.intent != wish.intent)])
    return True


def _ask(turn: Turn, kind: str, response: str, rest: list[Matter], **values: str) -> bool:
    data = {"meant": turn.matter.as_json(), "rest": [matter.as_json() for matter in rest]}
    turn.also.clear()
    turn.ask(kind, response, data, **values)
    return True


def _model(turn: Turn) -> tuple[str, float]:
    """What the model alone hears in the message, and how sure it is."""
    ranking = turn.parsed.get("intent_ranking") or [{"name": "", "confidence": 0.0}]
    return str(ranking[0]["name"]), float(ranking[0]["confidence"])


def overheard_in_doubt(turn: Turn) -> bool:
    """A person owns the conversation and will read it: doubtful words only make the case more urgent."""
    turn.also.clear()
    if not turn.matter.needs_check or _model(turn)[0] == turn.matter.intent:
        return False
    if turn.matter.intent in IN_DANGER:
        open_case(turn, STOPS[turn.matter.intent].reason, {"asked": turn.matter.intent, "message": turn.message.id})
    return True


def answers_check(turn: Turn) -> bool:
    """ "Are you all right?" Anything but a clear yes gets a person, whatever else the message is about."""
    question = turn.state.question
    if question is None or question.kind != "safe":
        return False
    turn.answered()
    if turn.matter.intent not in IN_DANGER and (turn.matter.intent == "affirm" or _WELL.match(turn.message.text)):
        turn.say("utter_safety_check_fine")
        before = [Matter(**matter) for matter in question.data.get("rest", ())]
        others = [matter for matter in (turn.matter, *turn.also) if matter.intent not in SMALL_TALK]
        turn.also = others or [matter for matter in before if matter.intent not in SMALL_TALK]
        return True
    hold(turn, HoldKind.CRISIS)
    hand_over(turn, Reason.CRISIS, "utter_safety_crisis", company=turn.settings.company)
    return True


@answers("meant")
@answers("stop")
def said_what_they_meant(turn: Turn) -> bool:
    """Yes is acted on as if it had been clear; no goes on with the rest of that message."""
    question = turn.state.question
    assert question is not None
    if turn.matter.intent not in ("affirm", "deny"):
        return False
    turn.answered()
    meant = Matter(**question.data["meant"])
    rest = [Matter(**matter) for matter in question.data["rest"]]
    turn.also = [replace(meant, needs_check=False)] if turn.matter.intent == "affirm" else rest
    if not turn.also and turn.is_verified():
        what_else(turn)
    elif not turn.also:
        ask_who(turn)
    return True


class ActionSafetyStop(Responder):
    """Crisis, abuse, bankruptcy, attorney, death, identity theft, service, complaint, helper, lawsuit, privacy."""

    overhears = True

    def respond(self, turn: Turn) -> None:
        stop = STOPS[turn.matter.intent]
        if stop.hold is not None:
            hold(turn, stop.hold)
        take_effect(turn)
        if turn.matter.intent in SOMEBODY_ELSE:
            contact.clear_verified(turn.session, turn.conversation.id, turn.now)
        if turn.overheard and stop.hold is HoldKind.COERCED_DEBT and turn.has_just_said(stop.response):
            turn.also.clear()  # "It isn't safe to write here": not a word more
            return
        hand_over(turn, stop.reason, stop.response, company=turn.settings.company)


class ActionSafetyCease(Responder):
    """No contact on any channel, or a written refusal to pay (12 CFR 1006.6(c))."""

    overhears = True

    def respond(self, turn: Turn) -> None:
        hold(turn, HoldKind.CEASE)
        take_effect(turn)
        hand_over(turn, Reason.CEASE, "utter_safety_ceased", company=turn.settings.company)


class ActionContactOptOut(Responder):
    """No more messages on this channel."""

    overhears = True

    def respond(self, turn: Turn) -> None:
        opt_out(turn)
        turn.answered()
        take_effect(turn)
        if turn.also:
            handoff.open_case(turn.session, turn.refreshed(), Reason.REQUEST, _rest(turn), turn.now)
        turn.also.clear()
        turn.say("utter_contact_opted_out", company=turn.settings.company)


def _rest(turn: Turn) -> dict[str, object]:
    return {"asked": "opt_out", "also_asked": [{"about": m.intent, "words": m.text} for m in turn.also]}


class ActionContactOptIn(Responder):
    """They want to be written to again."""

    def respond(self, turn: Turn) -> None:
        talk = turn.conversation
        contact.opt_in(turn.session, talk.channel, talk.address, source=turn.message.id, now=turn.now)
        turn.say("utter_contact_opted_in", company=turn.settings.company)


class ActionContactWrongPerson(Responder):
    """The number belongs to somebody else: nobody is behind it any more, and nothing is asked."""

    overhears = True

    def respond(self, turn: Turn) -> None:
        talk = turn.conversation
        contact.clear_verified(turn.session, talk.id, turn.now)
        contact.remove_address(turn.session, talk.channel, talk.address, turn.now)
        opt_out(turn)
        turn.answered()
        turn.also.clear()
        turn.say("utter_contact_wrong_person")


class ActionContactPreference(Responder):
    """Other hours, another channel, a new address: on a person's list, while the conversation goes on."""

    def respond(self, turn: Turn) -> None:
        again = turn.has_just_said("utter_contact_preference") or turn.has_just_said("utter_contact_preference_again")
        note(turn, "utter_contact_preference_again" if again else "utter_contact_preference")
