"""English or Spanish: the first clear words decide, a wish decides for good, and we say once how to switch back."""

from __future__ import annotations

import re

from actions.handoff import offer_person
from actions.responder import Responder
from bot import accounts, contact
from bot.dialogue import Turn

SURE_AT_FIRST, SURE_LATER, WORDS_LATER = 0.93, 0.97, 3
_WORD = re.compile(r"[^\W\d_]{2,}")
_EITHER = frozenset({"yo", "no", "me", "ok", "son", "sin", "come", "once", "real", "total", "final", "plan"})
"""Words of both languages: alone they say nothing of which one it is."""


def follow_language(turn: Turn) -> None:
    """Switch when they clearly write in the other language, unless they chose one or ask for one now."""
    if turn.state.language_chosen or turn.matter.intent == "change_language":
        return
    heard = turn.parsed.get("language_heard") or {}
    words = sum(word.casefold() not in _EITHER for word in _WORD.findall(turn.message.text))
    sure = float(heard.get("confidence") or 0)
    is_first = not contact.said(turn.session, turn.conversation.id, last=1)
    clear = words and sure >= SURE_AT_FIRST if is_first else words >= WORDS_LATER and sure >= SURE_LATER
    if clear:
        _switch(turn, heard["language"])
    elif is_first:
        _switch(turn, _theirs(turn))


def _switch(turn: Turn, language: contact.Language) -> None:
    if language != turn.conversation.language:
        contact.set_language(turn.session, turn.conversation.id, language)
        turn.refreshed()
        turn.switched = True


def _theirs(turn: Turn) -> contact.Language:
    """The language on file when only one person can be behind this address: it says nothing about them."""
    known = contact.parties_at(turn.session, turn.conversation.channel, turn.conversation.address)
    if len(known) != 1:
        return turn.conversation.language
    return "es" if accounts.known_party(turn.session, known[0]).language == "es" else "en"


def say_language(turn: Turn) -> None:
    """Once: that we noticed, and the word that switches back. Not beside the confirmation of a STOP."""
    talk = turn.conversation
    stopped = contact.opted_out_since(turn.session, talk.channel, talk.address) is not None
    if turn.switched and not turn.state.language_told and not stopped:
        turn.state.language_told = True
        turn.say("utter_dialogue_language_switched")


class ActionDialogueLanguage(Responder):
    """English, please. En español, por favor."""

    def respond(self, turn: Turn) -> None:
        heard = turn.parsed.get("language_heard") or {}
        named = turn.matter.named("language") or heard.get("language")
        if named not in ("en", "es"):
            offer_person(turn, "utter_dialogue_language_other")
            return
        contact.set_language(turn.session, turn.conversation.id, named)
        turn.state.language_chosen = turn.state.language_told = True
        turn.say("utter_dialogue_language")
        if turn.is_verified():
            turn.ask_again()
        elif not turn.also:
            from actions.identity import ask_who

            ask_who(turn)
