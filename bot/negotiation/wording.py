"""What stands in the written agreement and in the letter at its end: facts and both languages, worded once.

The words are frozen with the facts, so that a copy says the same for ever, whatever later texts say. Pure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from bot.core import Money
from bot.negotiation.agreed import Agreement
from bot.negotiation.kept import Kept
from bot.negotiation.model import Kind
from bot.negotiation.upkeep import can_skip, moves_allowed
from bot.papers import LANGUAGES, Content, Lines, Section, Sheet, Table, written_day, written_moment

_FILE = Path(__file__).with_name("document_texts.yml")
_STAYS_OWED = (Kind.PROMISE.value, Kind.TOKEN.value)


@dataclass(frozen=True)
class Collector:
    """The company that runs this, as the person reads it. `third_party`: it collects for the creditor."""

    name: str
    phone: str = ""
    third_party: bool = False


@dataclass(frozen=True)
class Matter:
    """All that the words are made of. `owed` is the balance when they agreed; `at` is the moment of the document."""

    agreement: Agreement
    kept: Kept
    name: str
    client: str
    ending: str
    owed: Money
    channel: str
    time_zone: str
    at: datetime
    collector: Collector | None = None
    number: str = ""
    """Of the document, as it is shown."""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """All texts: name, then language."""
    texts: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return texts


def text(name: str, language: str, **values: object) -> str:
    """Raises KeyError when the text, its language or one of its values is missing."""
    return catalogue()[name][language].format(**values)


def agreement_content(matter: Matter) -> Content:
    """The agreement as it stands now."""
    return Content(_facts(matter), {language: _agreement(matter, language) for language in LANGUAGES})


def completion_content(matter: Matter, forgiven: Money, left: Money) -> Content:
    """The letter when everything has come. `left` is still open on the account for other reasons."""
    facts = {**_facts(matter), "forgiven_minor": forgiven.minor, "left_minor": left.minor}
    sheets = {language: _completion(matter, forgiven, left, language) for language in LANGUAGES}
    return Content(facts, sheets)


def _facts(matter: Matter) -> dict[str, object]:
    agreement = matter.agreement
    return {
        "agreement": agreement.id,
        "number": matter.number,
        "revision": agreement.revision,
        "offer": agreement.offer_id,
        "debt": agreement.debt_id,
        "party": agreement.party_id,
        "kind": agreement.kind,
        "currency": agreement.total.currency,
        "owed_minor": matter.owed.minor,
        "total_minor": agreement.total.minor,
        "discount_minor": agreement.discount.minor,
        "schedule": [[part.due.isoformat(), part.amount.minor] for part in agreement.schedule],
        "until": agreement.until.isoformat() if agreement.until else None,
        "policy_version": agreement.policy_version,
        "agreed_at": agreement.agreed_at.isoformat(),
        "channel": matter.channel,
        "conversation": agreement.conversation_id,
        "message": agreement.message_id,
        "at": matter.at.isoformat(),
        "collector": asdict(matter.collector) if matter.collector else None,
    }


def _agreement(matter: Matter, language: str) -> Sheet:
    agreement = matter.agreement
    facts = [*_parties(matter, language), (text("owed_then", language), matter.owed.text(language))]
    if agreement.schedule:
        facts.append((text("pay_in_all", language), agreement.total.text(language)))
    if agreement.discount.is_positive:
        facts.append((text("discount", language), agreement.discount.text(language)))
    return Sheet(
        title=text("title_agreement", language),
        intro=_intro(matter, language),
        facts=(*facts, *_consent(matter, language)),
        payments=_payments(agreement, language),
        sections=tuple(_sections(matter, language)),
        small=_small(matter, language),
    )


def _completion(matter: Matter, forgiven: Money, left: Money, language: str) -> Sheet:
    is_open, total, owed = left.is_positive, matter.agreement.total.text(language), matter.owed.text(language)
    facts = [
        *_parties(matter, language),
        (text("done_on", language), written_moment(matter.at, matter.time_zone, language)),
        (text("paid", language), total),
    ]
    if forgiven.is_positive:
        facts.append((text("forgiven", language), forgiven.text(language)))
    facts.append((text("left", language), left.text(language)))
    settled = [text("done_settled", language, total=total, owed=owed)] if forgiven.is_positive and not is_open else []
    result = text("done_left", language, left=left.text(language)) if is_open else text("done_nothing", language)
    return Sheet(
        title=text("title_settled" if settled else "title_completion", language),
        intro=(text("done_intro", language), *settled, result),
        facts=(*facts, *_consent(matter, language)),
        sections=(
            Section(text("rights_head", language), (text("done_keep", language), text("rights_copy", language))),
        ),
        payments=_payments(matter.agreement, language),
        small=_small(matter, language),
    )


def _parties(matter: Matter, language: str) -> list[tuple[str, str]]:
    return [
        (text("you", language), matter.name),
        (text("creditor", language), matter.client),
        *_collector(matter, language),
        (text("account", language), text("account_ending", language, ending=matter.ending)),
    ]


def _collector(matter: Matter, language: str) -> list[tuple[str, str]]:
    """Who it is paid through, where that is not the creditor."""
    by = matter.collector
    if by is None or (by.name == matter.client and not by.third_party):
        return []
    label = text("collector" if by.third_party else "handled_by", language)
    return [(label, ", ".join(filter(None, (by.name, by.phone))))]


def _consent(matter: Matter, language: str) -> list[tuple[str, str]]:
    agreement = matter.agreement
    channel = text(f"channel_{matter.channel}", language)
    when = written_moment(agreement.agreed_at, matter.time_zone, language)
    facts = [(text("agreed", language), text("agreed_by", language, when=when, channel=channel))]
    if agreement.revision:
        facts.append((text("changed", language), written_moment(matter.at, matter.time_zone, language)))
    return [*facts, (text("number", language), matter.number)]


def _small(matter: Matter, language: str) -> Lines:
    """For whoever checks it: under which rules it was agreed."""
    return (f"{text('rules', language)}: {matter.agreement.policy_version[:16]}",)


def _intro(matter: Matter, language: str) -> Lines:
    by = matter.collector
    told = (text("collector_told", language, company=by.name),) if by and by.third_party else ()
    return (*_about(matter.agreement, language), *told)


def _about(agreement: Agreement, language: str) -> Lines:
    if agreement.until is not None and not agreement.schedule:
        return (text("about_pause", language, until=written_day(agreement.until, language)),)
    if agreement.kind in _STAYS_OWED:
        return (text("about_part", language),)
    return () if agreement.discount.is_positive else (text("about_paid", language),)


def _payments(agreement: Agreement, language: str) -> Table | None:
    if not agreement.schedule:
        return None
    rows = enumerate(agreement.schedule, 1)
    return Table(
        heading=text("payments", language),
        columns=("", text("column_day", language), text("column_amount", language)),
        rows=tuple((f"{n}", written_day(part.due, language), part.amount.text(language)) for n, part in rows),
        total=(text("total", language), agreement.total.text(language)),
    )


def _sections(matter: Matter, language: str) -> list[Section]:
    def section(name: str, *lines: str) -> Section:
        return Section(text(f"{name}_head", language), lines)

    rights = section("rights", text("rights_dispute", language), text("rights_copy", language))
    if not matter.agreement.schedule:
        return [section("change", text("change_write", language)), rights]
    by = matter.collector
    call = [text("how_call", language, phone=by.phone)] if by and by.phone else []
    found = [section("how", text("how_text", language), *call, text("mandate_text", language))]
    if matter.agreement.discount.is_positive:
        found.append(section("discount", *_discount(matter, language)))
    found.append(section("missed", *_missed(matter.kept, language)))
    found.append(section("change", *_changes(matter.kept, language)))
    return [*found, rights]


def _discount(matter: Matter, language: str) -> Lines:
    amounts = {"discount": matter.agreement.discount.text(language), "owed": matter.owed.text(language)}
    return (
        text("discount_text", language, **amounts),
        text("discount_else", language),
        text("discount_tax", language),
    )


def _missed(kept: Kept, language: str) -> Lines:
    upkeep = kept.limits.upkeep
    grace = [text("missed_grace", language, days=upkeep.grace_days)] if upkeep.grace_days else []
    fee = text("missed_fee", language)
    if len(kept.schedule) == 1:
        return (fee, *grace, text("missed_single", language))
    then = text(f"missed_{upkeep.missed_payment}", language)
    ends = text("missed_ends", language, count=upkeep.missed_in_a_row_ends)
    return (fee, *grace, then, *([ends] if upkeep.missed_in_a_row_ends else []))


def _changes(kept: Kept, language: str) -> Lines:
    limits, lines = kept.limits, [text("change_write", language), text("change_early", language)]
    moves = min(moves_allowed(kept), kept.changes_per_year)
    if moves and limits.relief.extension_days:
        lines.append(text("change_moves", language, count=moves, days=limits.relief.extension_days))
    if can_skip(kept) and limits.upkeep.skips_per_year:
        lines.append(text("change_skips", language, count=limits.upkeep.skips_per_year))
    return tuple(lines)
