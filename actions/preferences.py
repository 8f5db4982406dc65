"""How and when they want to hear from us. Hours that their words give are barred at once; the rest a person sees to."""

from __future__ import annotations

from actions import codes
from actions.handler import handles
from bot import contact
from bot.dialogue import Turn, effects
from bot.dialogue.meaning.acts import Plain


@handles("contact_preference", "update_contact", overheard=True)
def contact_preference(turn: Turn, act: Plain) -> None:
    """Other hours, another channel, a new address: while the conversation goes on. Whoever owns it reads the rest."""
    if turn.overheard and not act.not_at:
        return
    if act.name == "update_contact" and turn.is_verified:
        codes.proven(turn)
    if act.not_at and effects.parties(turn):
        _bar(turn, [contact.hours.Barred(one.begins, one.ends, frozenset(one.weekdays)) for one in act.not_at])
        return
    again = turn.has_just_said("utter_contact_preference") or turn.has_just_said("utter_contact_preference_again")
    effects.note(turn)
    turn.say("utter_contact_preference_again" if again else "utter_contact_preference")


def _bar(turn: Turn, hours: list[contact.hours.Barred]) -> None:
    """12 CFR 1006.6(b)(1). It is read back, so that what was heard wrongly is seen."""
    for party_id in effects.parties(turn):
        for one in hours:
            contact.places.bar_time(turn.session, party_id=party_id, barred=one, source=turn.message.id, now=turn.now)
    if turn.overheard:
        return
    turn.say("utter_law_hours_barred", hours=contact.in_words(hours, turn.conversation.language))
    turn.ask_again()
