"""What stands in a receipt, in the letter that all is paid and in the statement of a year. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import yaml

from bot.accounts import Debt, Entry, EntryKind, Party
from bot.core import Money
from bot.negotiation import Collector
from bot.papers import LANGUAGES, Content, Section, Sheet, Table, written_day, written_moment

_FILE = Path(__file__).with_name("document_texts.yml")
_CAME = (EntryKind.PAYMENT, EntryKind.REVERSAL)
_OFF = (EntryKind.ADJUSTMENT, EntryKind.WRITE_OFF)
Fact = tuple[str, str]


@dataclass(frozen=True)
class Whole:
    """Whose account it is, who collects for it, and when this was written."""

    party: Party
    debt: Debt
    by: Collector | None
    at: datetime


@dataclass(frozen=True)
class Arrived:
    """A payment. `way` is `page`, or a value of `elsewhere.How`; `on` its day, where no moment is known."""

    amount: Money
    on: date
    way: str
    left: Money
    next: tuple[Money, date] | None
    others: tuple[tuple[Debt, Money], ...] = ()
    """What the same payment brought to other debts."""


@dataclass(frozen=True)
class Year:
    """All entries from `first` to `last`, and what was owed before."""

    first: date
    last: date
    before: Money
    entries: Sequence[Entry]


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """All texts: name, then language."""
    texts: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return texts


def text(name: str, language: str, **values: object) -> str:
    """Raises KeyError when the text, its language or one of its values is missing."""
    return catalogue()[name][language].format(**values)


def receipt(whole: Whole, arrived: Arrived, number: str) -> Content:
    due = [arrived.next[0].minor, arrived.next[1].isoformat()] if arrived.next else None
    facts = {
        **_facts(whole, number), "amount_minor": arrived.amount.minor, "on": arrived.on.isoformat(),
        "way": arrived.way, "left_minor": arrived.left.minor, "next": due,
    }  # fmt: skip
    if arrived.others:
        facts["with"] = [[debt.id, amount.minor] for debt, amount in arrived.others]
    return Content(facts, {spoken: _receipt(whole, arrived, number, spoken) for spoken in LANGUAGES})


def paid(whole: Whole, last: Arrived, number: str) -> Content:
    facts = {**_facts(whole, number), "last_minor": last.amount.minor, "on": last.on.isoformat()}
    return Content(facts, {spoken: _paid(whole, last, number, spoken) for spoken in LANGUAGES})


def year(whole: Whole, of: Year, number: str) -> Content:
    moved = [[one.effective_on.isoformat(), one.kind.value, one.amount.minor] for one in of.entries]
    facts = {
        **_facts(whole, number), "first": of.first.isoformat(), "last": of.last.isoformat(),
        "before_minor": of.before.minor, "entries": moved,
    }  # fmt: skip
    return Content(facts, {spoken: _year(whole, of, number, spoken) for spoken in LANGUAGES})


def entry(one: Entry, language: str) -> str:
    """What kind of entry it is, in a word or two."""
    way = "_more" if one.amount.is_positive else "_less"
    both = one.kind in (EntryKind.ADJUSTMENT, EntryKind.REVERSAL)
    return text(f"entry_{one.kind.value}{way if both else ''}", language)


def _facts(whole: Whole, number: str) -> dict[str, object]:
    return {
        "number": number, "party": whole.party.id, "debt": whole.debt.id, "currency": whole.debt.balance.currency,
        "at": whole.at.isoformat(),
    }  # fmt: skip


def _receipt(whole: Whole, arrived: Arrived, number: str, language: str) -> Sheet:
    day, amount = written_day(arrived.on, language), arrived.amount.text(language)
    facts = [
        *_parties(whole, language),
        (text("amount", language), amount),
        (text("arrived", language), day),
        (text("way", language), text(f"way_{arrived.way}", language)),
        (text("left", language), arrived.left.text(language)),
    ]
    if arrived.others:
        whole_amount = sum((other for _, other in arrived.others), arrived.amount)
        facts.append((text("together", language), whole_amount.text(language)))
        facts += [
            (text("together_of", language, creditor=debt.client, ending=debt.ending), other.text(language))
            for debt, other in arrived.others
        ]
    if arrived.next is not None:
        due, on = arrived.next
        said = text("next_on", language, amount=due.text(language), day=written_day(on, language))
        facts.append((text("next", language), said))
    intro = text("receipt_intro", language, amount=amount, day=day)
    return _sheet("title_receipt", language, (intro,), (*facts, (text("number", language), number)), "keep_receipt")


def _paid(whole: Whole, last: Arrived, number: str, language: str) -> Sheet:
    said = text("next_on", language, amount=last.amount.text(language), day=written_day(last.on, language))
    facts = (
        *_parties(whole, language),
        (text("done_on", language), written_moment(whole.at, whole.party.time_zone, language)),
        (text("last_payment", language), said),
        (text("left", language), last.left.text(language)),
        (text("number", language), number),
    )
    return _sheet("title_paid", language, (text("paid_intro", language),), facts, "keep_letter")


def _year(whole: Whole, of: Year, number: str, language: str) -> Sheet:
    first, last = written_day(of.first, language), written_day(of.last, language)
    end = sum((one.amount for one in of.entries), of.before)
    added = _sum(of, lambda one: one.kind not in _CAME + _OFF)
    came = -_sum(of, lambda one: one.kind in _CAME)
    off = -_sum(of, lambda one: one.kind in _OFF)
    begins, ends = (written_day(day, language, short=True) for day in (of.first, of.last))
    facts = [
        *_parties(whole, language),
        (text("before", language, day=begins), of.before.text(language)),
        (text("charged", language), added.text(language)),
        (text("paid", language), came.text(language)),
        *([] if off.is_zero else [(text("let_go", language), off.text(language))]),
        (text("owed_on", language, day=ends), end.text(language)),
        (text("number", language), number),
    ]
    intro = text("year_intro", language, first=first, last=last)
    nothing = () if of.entries else (text("year_nothing", language),)
    made = _sheet("title_year", language, (intro, *nothing), tuple(facts), "keep_wrong", year=of.first.year)
    return Sheet(made.title, made.intro, made.facts, _moves(of, end, last, language), made.sections)


def _moves(of: Year, end: Money, last: str, language: str) -> Table | None:
    if not of.entries:
        return None
    rows = [
        (f"{place}", text("entry", language, day=written_day(one.effective_on, language, short=True),
                          what=entry(one, language)), one.amount.text(language))
        for place, one in enumerate(of.entries, 1)
    ]  # fmt: skip
    columns = ("", text("column_what", language), text("column_amount", language))
    total = (text("owed_on", language, day=last), end.text(language))
    return Table(text("moves", language), columns, tuple(rows), total)


def _sum(of: Year, which: Callable[[Entry], bool]) -> Money:
    return sum((one.amount for one in of.entries if which(one)), Money.zero(of.before.currency))


def _sheet(
    title: str, language: str, intro: tuple[str, ...], facts: tuple[Fact, ...], keep: str, **values: object
) -> Sheet:  # fmt: skip
    lines = tuple(text(name, language) for name in dict.fromkeys((keep, "keep_wrong")))
    return Sheet(
        text(title, language, **values), intro, facts, None, (Section(text("keep_head", language), lines),)
    )  # fmt: skip


def _parties(whole: Whole, language: str) -> list[Fact]:
    party, debt, by = whole.party, whole.debt, whole.by
    facts = [
        (text("you", language), party.name),
        (text("creditor", language), debt.client),
    ]
    if by is not None and (by.third_party or by.name != debt.client):
        name = text("collector" if by.third_party else "handled_by", language)
        facts.append((name, ", ".join(filter(None, (by.name, by.phone)))))
    return [*facts, (text("account", language), text("account_ending", language, ending=debt.ending))]
