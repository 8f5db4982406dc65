"""Who somebody is in a conversation, and what they will be asked to prove it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Problem, Problems, Session, reading, record, transaction
from bot.identity import codes, store
from bot.identity.factors import Token, fresh, slow_hash, slowed, tokens
from bot.identity.model import Answers, NotVerified
from bot.identity.verified import Verified, make


def enrol(session: Session, *, party_id: str, date_of_birth: date, postcode: str, reference: str, secret: str) -> None:
    """Keep what this person will be asked for; a second time replaces date of birth and postcode."""
    known = tokens(Answers(date_of_birth, postcode, None), secret)
    for kind, value in known.items():
        store.set_factor(session, party_id, kind, slow_hash(value))
    add_reference(session, party_id=party_id, reference=reference, secret=secret)


def add_reference(session: Session, *, party_id: str, reference: str, secret: str) -> None:
    """One more account number of the same person. Raises Problems if somebody else has it or it is blank."""
    value = tokens(Answers(reference=reference), secret).get("reference")
    if value is None:
        raise Problems([Problem("reference", "letters or digits", repr(reference))])
    owner = store.party_of_reference(session, value)
    if owner is None:
        store.insert_reference(session, party_id, value)
    elif owner != party_id:
        raise Problems([Problem("reference", "a reference that no other person has", reference)])


@dataclass(frozen=True)
class Enrolment:
    """One account number of somebody, and what they will be asked for when they are new. Of a company no date of birth
    is known, and perhaps no postcode. `where` is for problems.
    """

    party_id: str
    reference: str
    where: str
    date_of_birth: date | None = None
    postcode: str | None = None


def enrol_all(session: Session, ones: Sequence[Enrolment], secret: str) -> Iterator[Problem]:
    """The same for many at once: each person is new here, or has one account number more. What is a problem is not kept."""
    all_said = [tokens(Answers(one.date_of_birth, one.postcode, one.reference), secret) for one in ones]
    known = store.parties_of_references(session, [said["reference"] for said in all_said if "reference" in said])
    rows: list[dict[str, str]] = []
    begins = secrets.token_hex(3)  # side by side in the index: see `new_ids`
    for one, said in zip(ones, all_said):
        value = said.get("reference")
        if value is None:
            yield Problem(f"{one.where}, reference", "letters or digits", repr(one.reference))
        elif known.setdefault(value, one.party_id) != one.party_id:
            yield Problem(f"{one.where}, reference", "a reference that no other person has", one.reference)
        else:
            rows += [
                {"party_id": one.party_id, "kind": kind, "hash": token if kind == "reference" else fresh(token, begins)}
                for kind, token in said.items()
            ]
    store.add_factors(session, rows)


def owners(session: Session, references: Collection[str], secret: str) -> dict[Token, str]:
    """Who has these account numbers, by the token of each; those that nobody has are missing."""
    wanted = [tokens(Answers(reference=one), secret).get("reference") for one in references]
    return store.parties_of_references(session, [one for one in wanted if one is not None])


def strengthen(database: Engine, most: int = 20) -> int:
    """Puts Argon2id around what came in lately, a few at a time; how many. Nothing is locked while it counts."""
    with reading(database) as session:
        waiting = store.fresh_factors(session, most)
    done = [(one, slowed(one.hash)) for one in waiting]
    if done:
        with transaction(database) as session:
            for one, value in done:
                store.replace_factor(session, one, value)
    return len(done)


def who(session: Session, conversation: contact.Conversation, now: datetime) -> Verified | None:
    """The person of this conversation while the window is open, looked up anew."""
    current = contact.conversation(session, conversation.id)
    if not current.is_verified(now) or current.party_id is None:
        return None
    return make(current.party_id, current.id, now)


def known_in(conversation: contact.Conversation, now: datetime) -> Verified | None:
    """The person of a conversation that this transaction has just read."""
    if not conversation.is_verified(now) or conversation.party_id is None:
        return None
    return make(conversation.party_id, conversation.id, now)


def require(session: Session, conversation: contact.Conversation, now: datetime) -> Verified:
    """Raises NotVerified."""
    verified = who(session, conversation, now)
    if verified is None:
        raise NotVerified
    return verified


def touch(session: Session, conversation: contact.Conversation, now: datetime, window: timedelta) -> None:
    """They are still there: the window starts again. One that has closed stays closed; one that has hardly begun is
    left as it is.
    """
    until, party_id = conversation.verified_until, conversation.party_id
    if party_id is not None and until is not None and now < until < now + window * 14 / 15:
        contact.mark_verified(session, conversation.id, party_id, now + window, now)


def forget(session: Session, conversation_id: str, now: datetime) -> None:
    """Wrong person, logged out, or asked to start again: nobody is verified here any more."""
    store.keep_partials(session, conversation_id, {}, now)
    codes.forget(session, conversation_id)
    contact.clear_verified(session, conversation_id, now)
    record(session, "IdentityForgotten", subject=conversation_id, data={}, now=now)


def failures(session: Session, *, since: datetime) -> int:
    """How many conversations gave wrong answers since then; many at once: somebody guesses at everybody."""
    return store.conversations_gone_wrong(session, since)
