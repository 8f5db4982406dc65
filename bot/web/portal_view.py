"""What somebody verified sees of their accounts, as values for the page. The rooms decide; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot import accounts, contact, identity, negotiation, papers, payments
from bot.core import Money, Refusal, Session, Settings
from bot.web import texts, too_old
from bot.web.parts import written_day

_CHARGED = ("charges", "interest", "fees")
_TAKEN = ("payments", "credits")
WAYS = ("sms", "whatsapp", "telegram", "phone")
"""On which we may begin to write or call."""


@dataclass(frozen=True)
class Line:
    """A day, what it is, and an amount."""

    day: str
    what: str
    amount: str


@dataclass(frozen=True)
class Plan:
    """In force. `until` is for a pause, which has no parts; `moves` where its next part may have another day."""

    what: str
    left: tuple[Line, ...]
    paid: tuple[Line, ...]
    until: str
    moves: bool


@dataclass(frozen=True)
class Payable:
    """What may be paid now: the next part of a plan, all of it, or a sum between."""

    everything: Money
    all_shown: str
    next: Money | None = None
    next_shown: str = ""
    next_day: str = ""


@dataclass(frozen=True)
class Document:
    """By its agreement, or by its number."""

    what: str
    day: str
    at: datetime
    agreement_id: str = ""
    letter: bool = False
    number: str = ""


@dataclass(frozen=True)
class Account:
    """One debt. `state` is open, held, disputed, or over."""

    id: str
    name: str
    ending: str
    balance: str
    state: str
    disputes: str
    since: str
    rows: tuple[Line, ...]
    last_payment: Line | None
    history: tuple[Line, ...]
    plan: Plan | None
    payable: Payable | None
    documents: tuple[Document, ...]
    years: tuple[int, ...]
    """Of which there is something to state."""
    warning: tuple[str, ...] = ()
    """What the law wants said before anything is paid or promised."""
    on_its_way: str = ""
    """What was paid and is not here yet: nothing else can be paid meanwhile."""


@dataclass(frozen=True)
class Preferences:
    """`barred` are ways that they asked us not to use; `quiet` are times at which they are not written to, by number."""

    barred: frozenset[str]
    quiet: tuple[tuple[int, str], ...]


def accounts_of(
    session: Session, who: identity.Verified, settings: Settings, spoken: texts.Language, now: datetime
) -> list[Account]:
    """What is open first; all that there ever was."""
    all_debts = accounts.known_debts_of(session, who.party_id)
    running = negotiation.running(session, who)
    agreed = negotiation.agreements_of(session, who)
    found = []
    for debt in sorted(all_debts, key=lambda one: not one.balance.is_positive):
        mine = [one for one in agreed if one.debt_id == debt.id]
        found.append(_Page(session, who, settings, spoken, now).account(debt, running.get(debt.id), mine))
    return found


def payable(
    session: Session, who: identity.Verified, debt: accounts.Debt, spoken: str, now: datetime
) -> Payable | None:
    """None when nothing may be asked for: held, disputed, or paid."""
    if not debt.rest.is_positive or payments.is_held(session, who.party_id, debt, now):
        return None
    running, left = negotiation.running(session, who).get(debt.id, (None, ()))
    everything = debt.rest
    if running is not None and left and running.discount.is_positive:
        everything = min(everything, sum((part.amount for part in left[1:]), left[0].amount))
    if not left:
        return Payable(everything, everything.text(spoken))
    first = min(left[0].amount, everything)
    return Payable(everything, everything.text(spoken), first, first.text(spoken), written_day(spoken, left[0].due))


def warning(
    session: Session, who: identity.Verified, settings: Settings, debt: accounts.Debt, spoken: texts.Language,
    now: datetime,
) -> tuple[str, ...]:  # fmt: skip
    """Before anything that asks for a payment or a promise on it."""
    by = accounts.speaking_of_debt(session, settings, debt.id)
    return too_old.warning(session, by, who.party_id, who.conversation_id, [debt], now, language=spoken)


def preferences(session: Session, who: identity.Verified, spoken: str) -> Preferences:
    times = contact.places.times_barred(session, who.party_id)
    quiet = tuple((one.number, contact.in_words([one.barred], spoken)) for one in times)
    return Preferences(contact.barred_media(session, who.party_id), quiet)


@dataclass(frozen=True)
class _Page:
    session: Session
    who: identity.Verified
    settings: Settings
    spoken: texts.Language
    now: datetime

    def account(
        self, debt: accounts.Debt, running: tuple[negotiation.Agreement, tuple[negotiation.Instalment, ...]] | None,
        agreed: Sequence[negotiation.Agreement],
    ) -> Account:  # fmt: skip
        split = accounts.itemisation(self.session, self.who, debt.id)
        entries = accounts.history(self.session, self.who, debt.id)
        can = payable(self.session, self.who, debt, self.spoken, self.now)
        open_ones = [
            one for one in accounts.open_disputes(self.session, self.who.party_id) if one.debt_id in (None, debt.id)
        ]
        last, coming = split.last_payment, payments.amount_on_its_way(self.session, debt.id)
        return Account(
            id=debt.id,
            name=self.settings.name_of(debt.client),
            ending=debt.ending,
            balance=max(debt.balance, Money.zero(debt.balance.currency)).text(self.spoken),
            state=self._state(debt, can),
            disputes=", ".join(one.number for one in open_ones),
            since=written_day(self.spoken, split.on),
            rows=tuple(self._rows(split)),
            last_payment=self._line(last.on, "", last.amount) if last else None,
            history=tuple(self._line(one.effective_on, self._kind(one), one.amount) for one in reversed(entries)),
            plan=self._plan(running[0]) if running else None,
            payable=can if coming is None else None,
            documents=tuple(sorted(self._documents(debt, agreed), key=lambda one: one.at, reverse=True)),
            years=payments.years(entries, accounts.me(self.session, self.who).today(self.now)),
            warning=warning(self.session, self.who, self.settings, debt, self.spoken, self.now) if can else (),
            on_its_way=coming.text(self.spoken) if coming else "",
        )

    def _state(self, debt: accounts.Debt, can: Payable | None) -> str:
        if not debt.balance.is_positive:
            return "over"
        if debt.status is accounts.DebtStatus.DISPUTED:
            return "disputed"
        return "open" if can else "held"

    def _rows(self, split: accounts.Itemisation) -> Iterator[Line]:
        yield Line("", texts.text("portal_row_then", self.spoken), split.amount_then.text(self.spoken))
        for name in (*_CHARGED, *_TAKEN):
            amount: Money = getattr(split, name)
            if not amount.is_zero:
                shown = -amount if name in _TAKEN else amount
                yield Line("", texts.text(f"portal_row_{name}", self.spoken), shown.text(self.spoken))

    def _kind(self, entry: accounts.Entry) -> str:
        return payments.entry_words(entry, self.spoken).capitalize()

    def _plan(self, agreement: negotiation.Agreement) -> Plan:
        covered, left = negotiation.paid_parts(self.session, agreement), payments.left_once_here(self.session, agreement)
        what = texts.text(f"portal_plan_{agreement.kind}", self.spoken)
        return Plan(
            what,
            tuple(self._line(part.due, "", part.amount) for part in left),
            tuple(self._line(part.due, "", part.amount) for part in covered),
            written_day(self.spoken, agreement.until) if agreement.until and not agreement.schedule else "",
            bool(left) and self._moves(agreement, left[0].due),
        )

    def _moves(self, agreement: negotiation.Agreement, due: date) -> bool:
        today = accounts.me(self.session, self.who).today(self.now)
        try:
            negotiation.consider(self.session, self.who, agreement.id, negotiation.Move(max(due, today)), self.now)
        except Refusal:
            return False
        return True

    def _documents(self, debt: accounts.Debt, agreed: Sequence[negotiation.Agreement]) -> Iterator[Document]:
        """A letter that all is paid is one while nothing is owed."""
        me = accounts.me(self.session, self.who)
        for one in agreed:
            day, at = written_day(self.spoken, me.today(one.agreed_at)), one.agreed_at
            yield Document(texts.text("portal_document_agreement", self.spoken), day, at, one.id)
            if negotiation.has_completion_letter(self.session, one.id):
                yield Document(texts.text("portal_document_letter", self.spoken), day, at, one.id, letter=True)
        for kept in papers.of_party(self.session, self.who.party_id):
            if kept.whose.debt_id != debt.id or kept.kind is papers.Kind.PAID and debt.balance.is_positive:
                continue
            what = texts.text(f"portal_document_{kept.kind.value}", self.spoken, number=papers.spoken(kept.number))
            yield Document(what, written_day(self.spoken, me.today(kept.at)), kept.at, number=kept.number)

    def _line(self, on: date, what: str, amount: Money) -> Line:
        return Line(written_day(self.spoken, on), what, amount.text(self.spoken))
