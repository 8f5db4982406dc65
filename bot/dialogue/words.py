"""What needs no understanding: carrier words, and pictures without a word."""

from __future__ import annotations

from bot import contact, handoff, identity
from bot.contact import HoldKind
from bot.dialogue import effects, files, truths
from bot.dialogue.questions import Meant, Safe
from bot.dialogue.turn import Turn


def before_understanding(turn: Turn) -> list[contact.Say] | None:
    """What is said at once; None when the message is to be heard."""
    text, talk = turn.message.text, turn.conversation
    if contact.words.is_spanish(text) and talk.language != "es" and not turn.state.language_chosen:
        contact.set_language(turn.session, talk.id, "es")
        turn.reload()
        talk = turn.conversation
    where = (turn.session, talk.channel, talk.address)
    if contact.words.is_stop(text, talk.channel) or turn.message.opt_out_type == "STOP":
        contact.opt_out(*where, source="word", now=turn.now)
        if isinstance(turn.asked, Safe):
            why = {"why": "STOP was the answer to: are you safe?"}
            handoff.open_case(turn.session, talk, handoff.Reason.CRISIS, why, turn.now, hours=turn.settings.opening)
            turn.answered()
        ended = _ended(turn)
        return [said(turn, ended)] if not turn.message.opt_out_type else []
    if contact.words.is_start(text) or turn.message.opt_out_type == "START":
        contact.opt_in(*where, source="word", now=turn.now)
        question = turn.state.question
        again = [said(turn, question.again)] if question is not None and question.again is not None else []
        return [said(turn, "utter_contact_opted_in"), *again]
    if turn.message.opt_out_type == "HELP":
        return []
    if (
        contact.words.is_web(text, talk.channel)
        and talk.owner in (contact.BOT, contact.QUEUE)
        and not turn.known.opted_out
    ):
        return [_way_to_the_page(turn)]
    if not text.strip() and turn.message.media:
        return files.arrived(turn)
    return None


def _ended(turn: Turn) -> str:
    """STOP to "shall I stop?" after a refusal to pay is that refusal: all channels end (12 CFR 1006.6(c)), not this one."""
    question = turn.asked
    if not isinstance(question, Meant) or all(one["act"] != "cease_contact" for one in question.acts):
        return effects.opted_out(turn)
    effects.hold(turn, HoldKind.CEASE, "cease_contact")
    why = {"why": "STOP was the answer to: shall I stop?", "asked": "cease_contact"}
    handoff.open_case(
        turn.session, turn.conversation, handoff.Reason.CEASE, why, turn.now, hours=turn.settings.opening
    )
    turn.answered()
    return effects.ceased(turn)


def _way_to_the_page(turn: Turn) -> contact.Say:
    token = identity.offer_link(turn.session, turn.conversation, turn.now)
    url = f"{turn.settings.public_url}/c/{token}"
    return truths.render(turn, "utter_contact_web_link", {"url": url})


def said(turn: Turn, response: str) -> contact.Say:
    return truths.render(turn, response, turn.values())
