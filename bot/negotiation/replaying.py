"""Stored accounts and what their debtors said, played again under a policy: where would each have ended?"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace

from bot.negotiation.model import (
    RELIEF,
    Accepted,
    Answer,
    Case,
    Countered,
    FinalOffer,
    Kind,
    Missing,
    NoRoom,
    Offer,
    Proposal,
)
from bot.negotiation.offers import options, respond
from bot.negotiation.oversight import breaches
from bot.negotiation.policy import Decision, decide
from bot.negotiation.terms import Policy

_ANSWERS = {
    Accepted: "accepted",
    Countered: "countered",
    FinalOffer: "final",
    NoRoom: "person",
    Missing: "asked",
}
_CHUNK = 250
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Account:
    """One stored case, what its debtor proposed, oldest first, and groups that are looked at for fairness only.

    `groups` ("language": "es") never reach a decision: a Case has no place for them.
    """

    id: str
    case: Case
    proposals: tuple[Proposal, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """Where an account ends: the row, how (accepted, countered, final, listed, person, asked, nothing), the offer.

    `menu` is all that stood to choose from where nobody said anything.
    """

    row: str
    how: str
    kind: Kind | None = None
    offer: Offer | None = None
    turns: int = 0
    violations: tuple[str, ...] = ()
    caps: tuple[str, ...] = ()
    menu: tuple[Offer, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.how} {self.kind.value}" if self.kind else self.how


def exclusion(account: Account) -> str | None:
    """Why an account cannot be replayed; None when it can."""
    if account.case.held:
        return "a hold is in force"
    if not account.case.balance.is_positive:
        return "nothing is owed"
    return None


def replay_all(
    accounts: Sequence[Account], draft: Policy, base: Policy, progress: Progress, workers: int = 1
) -> list[tuple[Ending, Ending]]:
    """(under base, under draft) for each account, in order. `progress(done, all)` is called as it goes."""
    chunks = [accounts[start : start + _CHUNK] for start in range(0, len(accounts), _CHUNK)]
    if workers < 2 or len(chunks) < 2:
        endings: list[tuple[Ending, Ending]] = []
        for chunk in chunks:
            endings += _replay(chunk, draft, base)
            progress(len(endings), len(accounts))
        return endings
    with ProcessPoolExecutor(workers - 1, initializer=gc.disable) as pool:
        theirs = [pool.submit(_replay, chunk, draft, base) for chunk in chunks]
        ours = _from_the_end(chunks, theirs, draft, base, lambda done: progress(done, len(accounts)))
        found = [ours[number] if number in ours else one.result() for number, one in enumerate(theirs)]
    progress(len(accounts), len(accounts))
    return [ending for chunk in found for ending in chunk]


def _from_the_end(
    chunks: Sequence[Sequence[Account]],
    theirs: Sequence[Future[list[tuple[Ending, Ending]]]],
    draft: Policy,
    base: Policy,
    progress: Callable[[int], None],
) -> dict[int, list[tuple[Ending, Ending]]]:
    """What this process replays itself, by place: endings are costly to hand over. It meets the others on the way."""
    ours: dict[int, list[tuple[Ending, Ending]]] = {}
    for number in reversed(range(len(chunks))):
        if not theirs[number].cancel():
            break
        ours[number] = _replay(chunks[number], draft, base)
        progress(sum(len(chunks[done]) for done, one in enumerate(theirs) if done in ours or one.done()))
    return ours


def _replay(accounts: Sequence[Account], draft: Policy, base: Policy) -> list[tuple[Ending, Ending]]:
    return [_both(account, draft, base) for account in accounts]


def _both(account: Account, draft: Policy, base: Policy) -> tuple[Ending, Ending]:
    """Offers follow from the limits alone, so equal limits need no second run."""
    old, new = decide(account.case, base), decide(account.case, draft)
    before = _ending(account, old)
    if old.limits == new.limits:
        return before, replace(before, row=new.row, caps=new.caps)
    return before, _ending(account, new)


def _ending(account: Account, decision: Decision) -> Ending:
    """How many counter-offers were made is no condition of a row: one decision holds for the whole negotiation."""
    if not account.proposals:
        return _listed(account.case, decision)
    case, history = account.case, tuple[Offer, ...]()
    answer: Answer | None = None
    offer, found, turns = None, list[str](), 0
    for proposal in account.proposals:
        answer, turns = respond(proposal, case, decision, history), turns + 1
        if isinstance(answer, (Accepted, Countered, FinalOffer)):
            offer = answer.offer
            found += breaches(offer, case, decision, history)
        if isinstance(answer, (Accepted, NoRoom)):
            break
        if isinstance(answer, (Countered, FinalOffer)):
            history += (answer.offer,)
            case = replace(case, counters_made=case.counters_made + 1)
    assert answer is not None
    return _ended(answer, offer, turns, decision, tuple(found))


def _ended(answer: Answer, offer: Offer | None, turns: int, decision: Decision, found: tuple[str, ...]) -> Ending:
    how = _ANSWERS[type(answer)]
    if how in ("person", "asked"):
        return Ending(decision.row, how, None, None, turns, found, decision.caps)
    return Ending(decision.row, how, offer.kind if offer else None, offer, turns, found, decision.caps)


def _listed(case: Case, decision: Decision) -> Ending:
    """Nobody said anything: what stands first on the menu."""
    offers = options(case, decision)
    found = [name for offer in offers for name in breaches(offer, case, decision)]
    if case.in_care and any(offer.kind not in RELIEF for offer in offers):
        found.append("the ladder shown to somebody in care")
    if not offers:
        how = "person" if decision.limits.person_only else "nothing"
        return Ending(decision.row, how, None, None, 0, tuple(found), decision.caps)
    first = offers[0]
    return Ending(decision.row, "listed", first.kind, first, 0, tuple(found), decision.caps, offers)
