"""Whoever writes for a company: its account number, and a code that goes to the phone and e-mail that we have for it.

From the phone on file the number is enough, since a code would only come back to the same phone. What is answered to a
number is the same whether or not a company has it. A birth date or a ZIP code is a person's own, and read as ever.
"""

from __future__ import annotations

from actions import codes
from bot import identity
from bot.dialogue import Turn, questions
from bot.dialogue.meaning import for_company
from bot.dialogue.meaning.acts import Identify

_AGAIN = "utter_identity_ask_account_again"
_NOTHING_NEW = frozenset({"unclear", "nothing", "out_of_scope", "greet", "thanks", "choose", "talk_of", "propose"})
"""What an account number alone may be heard as."""


def is_behind(turn: Turn) -> bool:
    """Companies, and nobody else, have this address."""
    known = turn.known.at_address
    return bool(known) and all(party.is_company for party in known)


def question() -> questions.Identity:
    return questions.Identity(awaits="reference", again=_AGAIN, company=True)


def is_asked(turn: Turn) -> bool:
    """For the account number or its code."""
    return isinstance(turn.asked, questions.Identity) and turn.asked.company


def takes(turn: Turn, act: Identify) -> bool:
    """They write for one, and do not prove themselves."""
    own = (act.date_of_birth, act.postcode, act.code)
    return not turn.is_verified and bool(act.for_company or is_asked(turn)) and all(one is None for one in own)


def names_account(turn: Turn) -> bool:
    """An account number of any form, where one was asked for."""
    asked = turn.asked
    if turn.overheard or turn.is_verified or not isinstance(asked, questions.Identity) or not asked.company:
        return False
    is_number = turn.said.name in _NOTHING_NEW and for_company.account_named(turn.message.text) is not None
    return asked.awaits == "reference" and is_number


def identify(turn: Turn, act: Identify) -> identity.Outcome | None:
    """The outcome where there is one at once; None where something is asked for."""
    number = for_company.account_named(turn.message.text, act.reference)
    companies = tuple(party.id for party in turn.known.at_address if party.is_company)
    if number is None:
        turn.ask(question(), _AGAIN if is_asked(turn) else "utter_identity_ask_account")
    elif companies:
        checks = identity.Checks.on(turn.conversation.channel, turn.settings.secret_key)
        return identity.challenge_account(
            turn.session, turn.conversation, number, companies, now=turn.now, checks=checks
        )
    else:
        codes.send(turn, number, company=True)
    return None
