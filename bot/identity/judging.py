"""Judging answers.

What an outsider can learn is one bit per try, three tries a day: whatever they name is judged by the same work,
counted and locked in the same way, whether or not it is somebody's. That bit never says which half was wrong: a half
that is mended is judged together with the other one of the try before, and is a try of its own.

A try counts against whoever makes it: their address and their network. Nobody is locked out by the tries of others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import contact
from bot.core import Session, record
from bot.identity import codes, store
from bot.identity.factors import Token, fits, token, tokens
from bot.identity.model import (
    Answers,
    Checks,
    CodeFirst,
    Factor,
    Incomplete,
    Locked,
    Matched,
    NotMatched,
    Outcome,
    WrongCode,
)
from bot.identity.verified import make

Parts = Mapping[Factor, Token]


@dataclass(frozen=True)
class _Try:
    """One message with answers: where, when, under which checks."""

    session: Session
    conversation: contact.Conversation
    now: datetime
    checks: Checks
    by: str = "debtor"

    @property
    def is_by_voice(self) -> bool:
        """A colleague types what they hear."""
        return self.by != "debtor"

    def note(self, kind: str, **data: object) -> None:
        record(self.session, kind, subject=self.conversation.id, data=data, now=self.now, actor=self.by)

    def keep(self, parts: Parts) -> None:
        """For the next message. What is said in a call is said anew in the next one."""
        if not self.is_by_voice:
            until = self.now + self.checks.remember_parts
            store.keep_partials(self.session, self.conversation.id, parts, until)


def challenge(
    session: Session, conversation: contact.Conversation, answers: Answers, *, now: datetime, checks: Checks
) -> Outcome:
    """Judge what has been answered so far in this conversation.

    Answers add up over several messages for `checks.remember_parts`, also after a wrong try; a later one
    replaces an earlier one. A match verifies the conversation for `checks.window`. The try that uses up the last
    chance is Locked already. What was answered is taken out of the stored messages.
    """
    return _challenge(_Try(session, conversation, now, checks), answers)


def challenge_by_voice(
    session: Session, conversation: contact.Conversation, answers: Answers, *, by: str, now: datetime, checks: Checks
) -> Outcome:
    """The same by telephone: `by` types what they are told, all of it at once. A wrong try counts against the address
    as one that was written there does, and against `by`, who could try for everybody.
    """
    return _challenge(_Try(session, conversation, now, checks, by), answers)


def challenge_account(
    session: Session, conversation: contact.Conversation, reference: str, companies: Collection[str], *, now: datetime,
    checks: Checks,
) -> Outcome:  # fmt: skip
    """Judge the account number that somebody names who writes from an address on file of these `companies`: whoever reads
    what we answer there has what a code would show.
    """
    this = _Try(session, conversation, now, checks)
    parts = tokens(Answers(reference=reference), checks.secret)
    this.note("IdentityAnswersGiven", gave=sorted(parts))
    counters = _counters(this, parts, known_address=True)
    store.one_by_one(session, [counter.key for counter in counters])
    owner = store.party_of_reference(session, parts.get("reference", Token("")))
    behind = {party for party, _ in codes.found(session, conversation, now, checks.codes)}
    if _left(this, counters) <= 0:
        return _locked(this)
    return _judge(this, {}, counters, (owner,) if owner is not None and owner in behind.intersection(companies) else ())


def _challenge(this: _Try, answers: Answers) -> Outcome:
    session, conversation, now, checks = this.session, this.conversation, this.now, this.checks
    given = tokens(answers, checks.secret)
    this.note("IdentityAnswersGiven", gave=sorted([*given, *(["code"] if answers.code else [])]))
    born = [day for day in (answers.date_of_birth, answers.other_date_of_birth) if day is not None]
    contact.forget_proofs(session, conversation.id, born, answers.postcode, now - checks.remember_parts, answers.code)
    kept = {} if this.is_by_voice else store.partials(session, conversation.id, now)
    if answers.code is not None:
        judged = _judge_code(this, {**kept, **given}, answers.code)
        if not isinstance(judged, codes.RightCode):
            return judged
        if judged.proves is not None:
            return _judge(this, {}, _counters(this, {}, known_address=True), (judged.proves,))
        given, kept = {**kept, **given}, {}
    found = codes.found(session, conversation, now, checks.codes)
    at_address = tuple(dict.fromkeys(party for party, _ in found))
    if checks.code_first and not at_address and not this.is_by_voice:
        this.keep({**kept, **given})
        return CodeFirst()
    wanted = _wanted(checks.factors, known_address=bool(at_address))
    parts = _together(kept, given, wanted)
    counters = _counters(this, parts, known_address=any(is_here for _, is_here in found))
    store.one_by_one(session, [counter.key for counter in counters])
    missing = tuple(factor for factor in wanted if factor not in parts)
    matching = () if missing else _matching(this, parts, at_address, counters)
    if _left(this, counters) <= 0:
        return _locked(this)
    return _incomplete(this, parts, missing) if missing else _judge(this, parts, counters, matching)


def _judge_code(this: _Try, parts: Parts, code: str) -> codes.RightCode | WrongCode | Locked:
    """What else was said waits for the right one; who is locked out has no more tries."""
    known = contact.parties_at(this.session, this.conversation.channel, this.conversation.address)
    counters = _counters(this, {}, known_address=bool(known))
    store.one_by_one(this.session, [counter.key for counter in counters])
    if _left(this, counters) <= 0:
        return _locked(this)
    judged = codes.judge(this.session, this.conversation, code, now=this.now, checks=this.checks)
    if isinstance(judged, WrongCode):
        this.keep(parts)
    return judged


def _judge(this: _Try, parts: Parts, counters: Sequence[_Counter], matching: tuple[str, ...]) -> Outcome:
    if len(matching) > 1:
        return _incomplete(this, parts, ("reference",))
    this.keep({} if matching else parts)
    outcome = store.RIGHT if matching else store.WRONG
    store.add_attempt(this.session, this.conversation.id, [c.key for c in counters], outcome, this.now)
    if matching:
        return _matched(this, matching[0])
    left = _left(this, counters)
    this.note("IdentityNotMatched", left=left)
    return NotMatched(left) if left > 0 else _locked(this)


@dataclass(frozen=True)
class _Counter:
    """What a try counts against. `is_target` for what is tried, not who tries: it locks no one."""

    key: Token
    most: int
    within: timedelta
    is_target: bool = False


def _counters(this: _Try, parts: Parts, *, known_address: bool) -> list[_Counter]:
    checks, talk = this.checks, this.conversation
    address = token("address", f"{talk.channel}:{talk.address}", checks.secret)
    counters = [_Counter(address, checks.max_wrong, checks.wrong_within)]
    if talk.network is not None and not known_address:
        counters.append(_Counter(Token(talk.network), checks.network_wrong, checks.network_within))
    if this.is_by_voice:
        counters.append(_Counter(token("agent", this.by, checks.secret), checks.agent_wrong, checks.wrong_within))
    if "reference" in parts:
        counters.append(_Counter(parts["reference"], checks.reference_wrong, checks.wrong_within, is_target=True))
    return counters


def _left(this: _Try, counters: Iterable[_Counter]) -> int:
    """Tries that remain to whoever makes them."""
    theirs = [counter for counter in counters if not counter.is_target]
    return min([this.checks.max_wrong, *(_unused(this, counter) for counter in theirs)])


def _unused(this: _Try, counter: _Counter) -> int:
    return counter.most - store.wrong(this.session, counter.key, this.now - counter.within)


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


def _readings(parts: Parts, factor: Factor) -> tuple[Token, Token]:
    """A date in figures has two, day or month first: either will do, and that is one try."""
    other = parts.get("other_date_of_birth") if factor == "date_of_birth" else None
    return parts[factor], other or parts[factor]


def _matching(this: _Try, parts: Parts, at_address: tuple[str, ...], counters: Sequence[_Counter]) -> tuple[str, ...]:
    """Every factor of everybody who may be meant is compared; where nobody is, nobody's is compared."""
    owner = store.party_of_reference(this.session, parts.get("reference", Token("")))
    spent = any(counter.is_target and _unused(this, counter) <= 0 for counter in counters)
    fitting = tuple(party_id for party_id in at_address if _fits(this, parts, party_id))
    named = "" if owner is None or owner in at_address else owner
    if _fits(this, parts, named) and named and not spent:
        fitting = (*fitting, named)
    if "reference" in this.checks.factors or (len(fitting) > 1 and owner in fitting):
        return tuple(party_id for party_id in fitting if party_id == owner)
    return fitting


def _fits(this: _Try, parts: Parts, party_id: str) -> bool:
    """The same work for everybody and for nobody."""
    known = store.factors_of(this.session, party_id)
    asked = [factor for factor in this.checks.factors if factor != "reference"]
    compared = [[fits(known.get(factor), said) for said in _readings(parts, factor)] for factor in asked]
    return all(any(readings) for readings in compared)


def _matched(this: _Try, party_id: str) -> Matched:
    until = this.now + this.checks.window
    contact.mark_verified(this.session, this.conversation.id, party_id, until, this.now)
    this.note("IdentityMatched", party=party_id)
    return Matched(make(party_id, this.conversation.id, this.now))


def _locked(this: _Try) -> Locked:
    this.keep({})
    this.note("IdentityLocked")
    return Locked()


def _incomplete(this: _Try, parts: Parts, missing: tuple[Factor, ...]) -> Incomplete:
    this.keep(parts)
    this.note("IdentityIncomplete", missing=list(missing))
    return Incomplete(missing)
