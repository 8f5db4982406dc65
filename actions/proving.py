"""Proofs that come where the assistant says nothing of them: while a person answers here, and in a crisis.

They are judged as ever, with the same tries and the same lock, and taken out of what is stored. Whoever has the case
reads whether they fitted.
"""

from __future__ import annotations

from bot import accounts, contact, handoff, identity
from bot.dialogue import Turn, effects
from bot.dialogue.meaning.acts import Identify
from bot.dialogue.turn import proves


def judge(turn: Turn, act: Identify) -> None:
    """Nothing is said of it, and nothing is asked for."""
    effects.note_given(turn)
    given = identity.Answers(act.date_of_birth, act.postcode, act.reference, act.other_date_of_birth, act.code)
    if not proves(act) or given == identity.Answers():
        return
    if turn.is_verified:
        _forget(turn, act)
        return
    checks = identity.Checks.on(turn.conversation.channel, turn.settings.secret_key, turn.settings.code_for)
    outcome = identity.challenge(turn.session, turn.conversation, given, now=turn.now, checks=checks)
    if isinstance(outcome, identity.Matched):
        accounts.adopt_disputes(turn.session, outcome.verified, turn.now)
    turn.reload()
    if turn.known.case is not None:
        data = {"left": outcome.left} if isinstance(outcome, (identity.NotMatched, identity.WrongCode)) else {}
        handoff.write_down(turn.session, turn.known.case, _outcome(outcome), "debtor", data, turn.now)


def _forget(turn: Turn, act: Identify) -> None:
    """Nobody needs them any more."""
    born = [day for day in (act.date_of_birth, act.other_date_of_birth) if day is not None]
    since = turn.message.received_at
    contact.forget_proofs(turn.session, turn.conversation.id, born, act.postcode, since, act.code)


def _outcome(outcome: identity.Outcome) -> str:
    """The kind of entry that tells it."""
    if isinstance(outcome, identity.Matched):
        return "proof_yes"
    if isinstance(outcome, identity.Locked):
        return "proof_locked"
    return "proof_part" if isinstance(outcome, (identity.Incomplete, identity.CodeFirst)) else "proof_no"
