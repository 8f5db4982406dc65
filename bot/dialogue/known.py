"""What is known when a message comes: loaded once in a handful of queries, frozen, read by everything in the turn.

`Known` holds the rows behind the scene (ids, agreements, offers); `scene` is the part that understanding may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import yaml

from bot import accounts, contact, handoff, identity, negotiation
from bot.contact import Hold
from bot.core import Session, Settings
from bot.dialogue import questions
from bot.dialogue.meaning.scene import Asked, DebtKnown, OfferKind, OfferRead, PlanRunning, Scene
from bot.dialogue.state import State
from bot.negotiation import Agreement, Instalment, Kind, Made

PRODUCTS = Path(__file__).parents[2] / "data" / "phrases" / "products.yml"
_READ = frozenset(get_args(Asked))
"""Questions that change how an answer is read; to the others it is read as if nothing had been asked."""
_LIKE: Mapping[str, Asked] = {"helper": "person"}
"""A yes or no is read to these as to another one."""
_READ_AS: dict[Kind, OfferKind] = {
    Kind.FULL: "full", Kind.SETTLEMENT: "settlement", Kind.SETTLEMENT_PARTS: "settlement", Kind.PAUSE: "pause",
    Kind.PROMISE: "promise",
}  # fmt: skip
Plans = Mapping[str, tuple[Agreement, tuple[Instalment, ...]]]


@dataclass(frozen=True)
class Known:
    """`debts` are those with something left to pay, oldest first; `plans` by debt, with the parts that are left;
    `offers` those that the open question names, by id. `at_address` are the ids of those who may be behind it, or behind a
    phone whose code was right here.
    """

    conversation: contact.Conversation
    now: datetime
    zone: ZoneInfo
    state: State
    who: identity.Verified | None = None
    party: accounts.Party | None = None
    debts: tuple[accounts.Debt, ...] = ()
    holds: tuple[Hold, ...] = ()
    plans: Plans = field(default_factory=dict)
    offers: Mapping[str, Made] = field(default_factory=dict)
    read_before: tuple[tuple[Made, ...], ...] = ()
    """Choices and offers that were read earlier and still stand; the newest last."""
    at_address: tuple[accounts.Party, ...] = ()
    named_behind: tuple[accounts.Debt, ...] = ()
    """Before anybody is known: what the one person behind the address owes. Only to hear which account they name, so
    that it is known when they are; never said."""
    ended: frozenset[str] = frozenset()
    """Those of the debts whose right ended with the time to sue: `accounts.ended`."""
    opted_out: bool = False
    case: handoff.Case | None = None
    """The one that waits for a person, or that a person has."""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def is_held(self, debt: accounts.Debt) -> bool:
        """A hold on the person or on this debt, or no right to it any more: nothing can be paid or agreed on it."""
        held = any(hold.stops(debt.id) for hold in self.holds) or debt.id in self.ended
        return held or debt.status is accounts.DebtStatus.DISPUTED

    @property
    def subjects(self) -> frozenset[str]:
        """What the log of facts calls everything that this depends on."""
        plans = {agreement.id for agreement, _ in self.plans.values()}
        person = {self.party.id} if self.party is not None else {party.id for party in self.at_address}
        return frozenset({self.conversation.id, *person, *plans, *(debt.id for debt in self.debts)})

    @property
    def free(self) -> tuple[accounts.Debt, ...]:
        return tuple(debt for debt in self.debts if not self.is_held(debt))

    @property
    def talking_of(self) -> tuple[accounts.Debt, ...]:
        """The debts that the talk is about; the only one where there is one."""
        if len(self.debts) == 1:
            return self.debts
        return tuple(debt for debt in self.debts if debt.id in self.state.debts)

    @cached_property
    def scene(self) -> Scene:
        question = self.state.question
        offers = self._offers_read(question)
        plan = next((self.plans[debt.id] for debt in (*self.talking_of, *self.debts) if debt.id in self.plans), None)
        return Scene(
            now=self.now.astimezone(self.zone),
            language=self.conversation.language,
            verified=self.who is not None,
            asked=_as_asked(question),
            missing=question.missing if isinstance(question, questions.Terms) else None,  # type: ignore[arg-type]
            awaits=question.awaits if isinstance(question, questions.Identity) else None,  # type: ignore[arg-type]
            offers=offers,
            waiting=self._waiting(question),
            debts=tuple(self._debt(debt) for debt in self.debts or self.named_behind),
            talking_of=tuple(n for n, debt in enumerate(self.debts, 1) if debt in self.talking_of),
            plan=_plan(plan) if plan else None,
            shares=self._shares(question),
            candidates=tuple(a["act"] for a in question.acts) if isinstance(question, questions.Meant) else (),
            denied=tuple(self.state.denied),
            period=question.period if isinstance(question, questions.Terms) else None,
            earlier=tuple(_read(group) for group in self.read_before),
        )

    def _offers_read(self, question: questions.Question | None) -> tuple[OfferRead, ...]:
        """As numbered for the person; the one that waits for a yes stands alone where no list was read."""
        return tuple(_read([self.offers[one] for one in group if one in self.offers]) for group in offers_of(question))

    @staticmethod
    def _waiting(question: questions.Question | None) -> int:
        if not isinstance(question, questions.Accept):
            return 1
        return question.groups.index(question.offers) + 1 if question.offers in question.groups else (
            len(question.groups) + 1
        )  # fmt: skip

    def _shares(self, question: questions.Question | None) -> tuple[tuple[int, questions.Money], ...]:
        if not isinstance(question, questions.Shares):
            return ()
        return tuple(
            (n, question.shares[debt.id]) for n, debt in enumerate(self.debts, 1) if debt.id in question.shares
        )

    def _debt(self, debt: accounts.Debt) -> DebtKnown:
        return DebtKnown(debt.client, debt.product, debt.balance, words_for(debt), self.is_held(debt))


def _as_asked(question: questions.Question | None) -> Asked | None:
    if question is None:
        return None
    kind = _LIKE.get(question.kind, question.kind)
    return kind if kind in _READ else None  # type: ignore[return-value]


def load(session: Session, settings: Settings, talk: contact.Conversation, state: State, now: datetime) -> Known:
    """`talk` as this transaction has read it."""
    who = identity.known_in(talk, now)
    known = Known(
        conversation=talk, now=now, zone=ZoneInfo(settings.time_zone), state=state, who=who,
        opted_out=contact.opted_out_since(session, talk.channel, talk.address) is not None,
        case=handoff.open_case_of(session, talk.id) if talk.owner != contact.BOT else None,
    )  # fmt: skip
    if who is not None:
        return _with_person(session, known, who)
    behind = identity.behind(session, talk, now)
    found = accounts.known_parties(session, behind) if behind else {}
    people = tuple(found[one] for one in behind)
    only = accounts.known_debts_of(session, people[0].id) if len(people) == 1 else ()
    owed = tuple(debt for debt in only if debt.balance.is_positive)
    return replace(known, at_address=people, named_behind=owed, holds=contact.holds_over(session, talk, now))


def _with_person(session: Session, known: Known, who: identity.Verified) -> Known:
    party = accounts.me(session, who)
    _hear_offer_of_a_person(session, known, who, party)
    open_now, read = offers_of(known.state.question), known.state.offers_read
    made = negotiation.offers_made(session, who, {one for group in (*open_now, *read) for one in group})
    debts = accounts.open_debts(session, who, known.now)
    return replace(
        known, party=party, zone=ZoneInfo(party.time_zone), debts=debts, ended=accounts.ended(session, debts, known.now),
        holds=contact.holds_over(session, known.conversation, known.now), plans=negotiation.running(session, who),
        offers={one: made[one] for group in open_now for one in group if one in made},
        read_before=_still_open(made, [group for group in read if tuple(group) not in open_now], party.today(known.now)),
    )  # fmt: skip


def _hear_offer_of_a_person(session: Session, known: Known, who: identity.Verified, party: accounts.Party) -> None:
    """What a person offered here waits for a yes like an offer of ours."""
    if not known.conversation.owner_epoch:
        return
    newest = next(iter(negotiation.open_by_hand(session, who, party.today(known.now))), None)
    if newest is not None and newest.id != known.state.by_hand:
        known.state.by_hand = newest.id
        known.state.question = questions.Accept(offers=(newest.id,), again="utter_negotiation_ask_accept_again")


def words_for(debt: accounts.Debt) -> tuple[str, ...]:
    """What people call this account, in either language: what it is for, and the end of its number."""
    both = _products().get(debt.product, {})
    return (*both.get("en", ()), *both.get("es", ()), debt.ending)


@lru_cache(maxsize=1)
def _products() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(PRODUCTS.read_text(encoding="utf-8"))
    return found


def offers_of(question: questions.Question | None) -> tuple[tuple[str, ...], ...]:
    """The ids of the offers that a question is about, in the order in which they were read: each choice is one offer
    for each debt. The one that waits for a yes stands last where it was not listed.
    """
    groups: tuple[tuple[str, ...], ...] = getattr(question, "groups", ())
    if isinstance(question, questions.Accept) and question.offers not in groups:
        return (*groups, question.offers)
    return groups


def _still_open(made: Mapping[str, Made], groups: Sequence[Sequence[str]], today: date) -> tuple[tuple[Made, ...], ...]:
    found = [[made[one] for one in group if one in made] for group in groups]
    return tuple(
        tuple(those) for those, group in zip(found, groups)
        if len(those) == len(group) and all(one.offer.expires >= today for one in those)
    )  # fmt: skip


def _read(made: Sequence[Made]) -> OfferRead:
    """One choice as it was read: for several debts the sums of what each would pay."""
    offers = [one.offer for one in made]
    if not offers:
        return OfferRead("plan")
    first, kind = offers[0], _READ_AS.get(offers[0].kind, "plan")
    payments = [one.regular for one in offers if one.regular is not None]
    return OfferRead(
        kind=kind,
        each=sum(payments[1:], payments[0]) if payments else None,
        frequency=first.frequency.value if first.frequency else None,
        count=len(first.schedule) or None,
        first=first.first.due if first.first else None,
        total=sum((one.total for one in offers[1:]), first.total) if first.schedule else None,
        until=first.until,
        shares=tuple(payments) if len(payments) > 1 else (),
    )


def _plan(plan: tuple[Agreement, tuple[Instalment, ...]]) -> PlanRunning | None:
    agreement, left = plan
    if not left:
        return None
    return PlanRunning(left[0].amount, agreement.frequency.value if agreement.frequency else None, left[0].due,
                       len(left), tuple(part.due for part in left))  # fmt: skip
