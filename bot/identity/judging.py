"""Judging answers.

What an outsider can learn is one bit per try, three tries a day: an unknown reference is judged against a
dummy hash, counted and locked exactly like a known one. That bit never says which half was wrong: a half that is
mended is judged together with the other one of the try before, and is a try of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import contact
from bot.core import Session, record
from bot.identity import store
from bot.identity.factors import Token, fits, token, tokens
from bot.identity.model import Answers, Checks, Factor, Incomplete, Locked, Matched, NotMatched, Outcome
from bot.identity.verified import make

Parts = Mapping[Factor, Token]


@dataclass(frozen=True)
class _Try:
    """One message with answers: where, when, under which checks."""

    session: Session
    conversation: contact.Conversation
    now: datetime
    checks: Checks

    def note(self, kind: str, **data: object) -> None:
        record(self.session, kind, subject=self.conversation.id, data=data, now=self.now, actor="debtor")


def challenge(
    session: Session, conversation: contact.Conversation, answers: Answers, *, now: datetime, checks: Checks
) -> Outcome:
    """Judge what has been answered so far in this conversation.

    Answers add up over several messages for `checks.remember_parts`, also after a wrong try; a later one
    replaces an earlier one. A match verifies the conversation for `checks.window`. The try that uses up the last
    chance is Locked already.
    """
    this = _Try(session, conversation, now, checks)
    given = tokens(answers, checks.secret)
    # This also takes the lock on the end of the log, so that tries at the same moment are counted one by one.
    this.note("IdentityAnswersGiven", gave=sorted(given))
    at_address = contact.parties_at(session, conversation.channel, conversation.address)
    wanted = _wanted(checks.factors, known_address=bool(at_address))
    parts = _together(store.partials(session, conversation.id, now), given, wanted)
    owner = store.party_of_reference(session, parts["reference"]) if "reference" in parts else None
    candidates = tuple(dict.fromkeys([*at_address, *([owner] if owner else [])]))
    keys = _keys(this, parts, candidates)
    if _left(this, keys) <= 0:
        return _locked(this)
    missing = tuple(factor for factor in wanted if factor not in parts)
    if missing:
        return _incomplete(this, parts, missing)
    return _judge(this, parts, keys, _matching(this, parts, candidates, owner))


def _judge(this: _Try, parts: Parts, keys: Iterable[Token], matching: tuple[str, ...]) -> Outcome:
    if len(matching) > 1:
        return _incomplete(this, parts, ("reference",))
    kept = {} if matching else parts
    store.keep_partials(this.session, this.conversation.id, kept, this.now + this.checks.remember_parts)
    outcome = store.RIGHT if matching else store.WRONG
    store.add_attempt(this.session, this.conversation.id, keys, outcome, this.now)
    if matching:
        return _matched(this, matching[0])
    left = _left(this, keys)
    this.note("IdentityNotMatched", left=left)
    return NotMatched(left) if left > 0 else _locked(this)


def _keys(this: _Try, parts: Parts, candidates: Iterable[str]) -> tuple[Token, ...]:
    """What a try counts against: the address, each person it is a try at, the reference even if unknown."""
    secret = this.checks.secret
    address = token("address", f"{this.conversation.channel}:{this.conversation.address}", secret)
    people = [token("party", party_id, secret) for party_id in candidates]
    references = [parts["reference"]] if "reference" in parts else []
    return (address, *people, *references)


def _left(this: _Try, keys: Iterable[Token]) -> int:
    """Tries that remain under the key that has the fewest."""
    since = this.now - this.checks.wrong_within
    return this.checks.max_wrong - store.most_wrong(this.session, keys, since)


def _wanted(factors: Iterable[Factor], *, known_address: bool) -> tuple[Factor, ...]:
    """Somebody who writes from nowhere that we know says who they are first."""
    wanted: tuple[Factor, ...] = tuple(factors) if known_address else ("reference", *factors)
    return tuple(dict.fromkeys(wanted))


def _together(kept: Parts, given: Parts, wanted: Iterable[Factor]) -> Parts:
    """What counts now. Nothing is missing from what is kept only after a wrong try: who then sends a half of it
    just as it was is writing both anew, and is asked for the other half before that costs a try.
    """
    if all(factor in kept for factor in wanted) and all(kept.get(factor) == said for factor, said in given.items()):
        return given
    outdated = ("date_of_birth", "other_date_of_birth") if "date_of_birth" in given else ()
    return {**{factor: said for factor, said in kept.items() if factor not in outdated}, **given}


def _readings(parts: Parts, factor: Factor) -> list[Token]:
    """A date in figures has two, day or month first: either will do, and that is one try."""
    other = parts.get("other_date_of_birth") if factor == "date_of_birth" else None
    return [parts[factor], *([other] if other else [])]


def _matching(this: _Try, parts: Parts, candidates: tuple[str, ...], owner: str | None) -> tuple[str, ...]:
    """Every factor of every candidate is compared, and somebody is compared when there is nobody."""
    asked = [factor for factor in this.checks.factors if factor != "reference"]
    matching = []
    for party_id in candidates or ("",):
        known = store.factors_of(this.session, party_id)
        fitting = [any(fits(known.get(f), said) for said in _readings(parts, f)) for f in asked]
        if all(fitting) and party_id:
            matching.append(party_id)
    if "reference" in this.checks.factors or (len(matching) > 1 and owner in matching):
        return tuple(party_id for party_id in matching if party_id == owner)
    return tuple(matching)


def _matched(this: _Try, party_id: str) -> Matched:
    until = this.now + this.checks.window
    contact.mark_verified(this.session, this.conversation.id, party_id, until, this.now)
    this.note("IdentityMatched", party=party_id)
    return Matched(make(party_id, this.conversation.id, this.now))


def _locked(this: _Try) -> Locked:
    store.keep_partials(this.session, this.conversation.id, {}, this.now)
    this.note("IdentityLocked")
    return Locked()


def _incomplete(this: _Try, parts: Parts, missing: tuple[Factor, ...]) -> Incomplete:
    until = this.now + this.checks.remember_parts
    store.keep_partials(this.session, this.conversation.id, parts, until)
    this.note("IdentityIncomplete", missing=list(missing))
    return Incomplete(missing)
