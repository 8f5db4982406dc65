"""The queue in words: why somebody waits, for how long, and by when they should hear from a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import accounts, contact, handoff
from bot.core import ALWAYS, Money, Opening, Session
from bot.web import act_words, desk_correct, desk_files, hold_words, staff, texts
from bot.web.parts import written_at

SOON = 0.25
"""The part of the target time that is left when a case turns amber."""


@dataclass(frozen=True)
class Waiting:
    """One row of the queue."""

    case: handoff.Case
    talk: contact.Conversation
    """Of its address only the end of a telephone number is shown."""
    reason: str
    name: str | None
    """None until they have proved who they are."""
    channel: str
    ending: str
    """The end of the telephone number, by which they are told apart: "…0121". Empty where there is none."""
    language: str
    waited: str
    """"12 min"; empty while it is their turn."""
    target: str
    """"18 min left of 30 min"."""
    state: str
    """`fine`, `soon`, `over`, `theirs` while it is their turn, `aside` while it is put aside, `back` when it came back,
    `closed` when it is over.
    """
    joined: tuple[str, ...] = ()
    """Conversations from the same network that joined this case."""
    owner: str = contact.QUEUE
    owner_name: str | None = None
    """None while nobody has it."""
    snippet: str = ""
    amount: str = ""
    reference: str = ""
    party: accounts.Party | None = None
    debts: tuple[accounts.Debt, ...] = ()
    """All of theirs, also what is paid."""


Names = Mapping[str, str]


def queue(session: Session, now: datetime, spoken: str, hours: Opening, names: Names | None = None) -> list[Waiting]:
    """The most urgent first, what is put aside last. `names` of staff, where they are known already."""
    return rows(session, handoff.waiting(session, now), now, spoken, hours, names)


def row(
    session: Session,
    case: handoff.Case,
    now: datetime,
    spoken: str,
    hours: Opening = ALWAYS,
    names: Names | None = None,
) -> Waiting:
    return rows(session, [case], now, spoken, hours, names)[0]


def rows(
    session: Session,
    found: Collection[handoff.Case],
    now: datetime,
    spoken: str,
    hours: Opening,
    names: Names | None = None,
) -> list[Waiting]:
    """Asks as often for two hundred cases as for one."""
    talks = contact.conversations_by_id(session, [case.conversation_id for case in found])
    people = {case.id: case.party_id or talks[case.conversation_id].party_id for case in found}
    known = [party_id for party_id in people.values() if party_id is not None]
    parties, debts = accounts.known_parties(session, known), accounts.known_debts_of_each(session, known)
    snippets, names = contact.last_of(session, list(talks)), names or staff.names(session)
    joined = handoff.all_joined(session)
    return [
        _row(
            case, talks[case.conversation_id], parties.get(people[case.id] or ""), debts.get(people[case.id] or "", ()),
            _clock(case, now, spoken, hours), now, spoken, joined=joined.get(case.id, ()), names=names,
            snippet=snippets.get(case.conversation_id, ""),
        )
        for case in found
    ]  # fmt: skip


def _row(
    case: handoff.Case, talk: contact.Conversation, party: accounts.Party | None, debts: Collection[accounts.Debt],
    clock: tuple[str, str], now: datetime, spoken: str, *, joined: tuple[str, ...], names: Mapping[str, str],
    snippet: str,
) -> Waiting:  # fmt: skip
    say, (target, state) = texts.speaker(spoken), clock
    owed = [debt for debt in debts if debt.balance.is_positive]
    total = _total([debt.balance for debt in owed])
    return Waiting(
        case=case,
        reason=say(f"reason_{case.reason.value}"),
        name=party.name if party else None,
        channel=say(f"channel_{talk.channel}"),
        ending=f"…{talk.address[-4:]}" if talk.channel in contact.consent.PHONES else "",
        language=say(f"language_{talk.language}"),
        waited=length(now - case.waiting_since, spoken) if case.waiting_since and case.closed_at is None else "",
        target=target,
        state=state,
        joined=joined,
        owner=talk.owner,
        owner_name=names.get(talk.owner, talk.owner) if talk.owner not in handoff.NOBODYS else None,
        snippet=snippet[:140],
        amount=total.text(spoken) if total else "",
        reference=", ".join(debt.reference for debt in list(owed)[:2]) + (" …" if len(owed) > 2 else ""),
        talk=talk,
        party=party,
        debts=tuple(debts),
    )


def _clock(case: handoff.Case, now: datetime, spoken: str, hours: Opening) -> tuple[str, str]:
    """(the target in words, the state). Time is counted while somebody answers; for danger always."""
    say = texts.speaker(spoken)
    if case.closed_at is not None:
        at = written_at(hours.zone, spoken, case.closed_at)
        how = say(f"code_{case.code.value}") if case.code else say("closed_withdrawn")
        return say("closed_at", time=at, how=how), "closed"
    if case.snoozed_until is not None and (case.is_snoozed(now) or case.waiting_since is None):
        aside = case.is_snoozed(now)
        at = written_at(hours.zone, spoken, case.snoozed_until)
        return say("desk_aside_until" if aside else "desk_back_since", time=at), "aside" if aside else "back"
    if case.waiting_since is None:
        return say("desk_their_turn"), "theirs"
    clock = ALWAYS if case.reason in handoff.NEVER_JOINED else hours
    over, allowed = case.answer_by < now, clock.between(case.waiting_since, case.answer_by)
    left = clock.between(now, case.answer_by) or clock.between(case.answer_by, now)
    named = "desk_over" if over else "desk_left"
    told = say(named, time=length(left, spoken), target=length(allowed, spoken))
    return told, "over" if over else "soon" if left <= allowed * SOON else "fine"


def _total(amounts: Collection[Money]) -> Money | None:
    """None when they owe nothing, or in two currencies."""
    if len({amount.currency for amount in amounts}) != 1:
        return None
    return sum(amounts, start=Money.zero(next(iter(amounts)).currency))


def length(time: timedelta, spoken: str) -> str:
    """ "40 s", "12 min", "2 h", "3 h 5 min", "2 d 4 h": the two largest units."""
    seconds = max(0, int(time.total_seconds()))
    units = {"d": seconds // 86400, "h": seconds // 3600 % 24, "min": seconds // 60 % 60, "s": seconds % 60}
    largest = next((number for number, count in enumerate(units.values()) if count), len(units) - 1)
    shown = list(units.items())[largest : largest + (2 if largest < 2 else 1)]
    written = [f"{count} {texts.text(f'unit_{unit}', spoken)}" for unit, count in shown if count or len(shown) == 1]
    return " ".join(written)


_AS_IT_WAS = ("asked", "verified")
"""What was so when the case opened: who it is now, and what was understood last, stand in the panel as of now."""


def facts(
    session: Session, case: handoff.Case, talk: contact.Conversation, held: Collection[contact.Hold],
    noted: Sequence[handoff.hearing.Noted], spoken: str, zone: str,
) -> list[tuple[str, str]]:  # fmt: skip
    """What the assistant wrote down, as (what, value), what it understood last and what is `held` there; ids are left
    out.
    """
    say = texts.speaker(spoken)
    known = {key: value for key, value in case.summary.items() if key not in _AS_IT_WAS}
    if known.get("language") in texts.LANGUAGES:
        known["language"] = say(f"language_{known['language']}")
    found = [(_label(key, say), _value(value, say)) for key, value in known.items() if _is_shown(key, value)]
    if noted:
        heard = noted[-1]
        found.insert(0, (say("fact_asked"), f"{', '.join(map(_act, heard.acts))} ({written_at(zone, spoken, heard.at)})"))
    found.append((say("fact_holds"), hold_words.kinds([hold.kind for hold in held], say) or say("fact_none")))
    if said := given(held):
        found.append((say("fact_given"), said))
    if standing := [hold.given["representative"] for hold in held if "representative" in hold.given]:
        found.append((say("fact_representative"), ", ".join(dict.fromkeys(standing))))
    survey = handoff.satisfaction.last_survey(session, talk.id)
    if survey is not None and survey.rating is not None:
        found.append((say("fact_csat"), say("fact_csat_is", rating=survey.rating)))
    if contact.opted_out_since(session, talk.channel, talk.address) is not None:
        found.append((say("fact_opted_out"), say("fact_yes")))
    return found


@dataclass(frozen=True)
class Disputed:
    """One dispute as the desk lists it."""

    number: str
    name: str | None
    reason: str
    words: str
    part: str
    since: datetime
    debts: tuple[tuple[str, str], ...] = ()
    """(id, how it is shown) of the accounts that it is about, with something left to pay."""
    files: tuple[tuple[str, str], ...] = ()
    """(address, words) of what they sent for it."""
    counted: str = ""
    """What was recorded as paid on its accounts since it was opened, in a sentence."""
    about: str = ""
    """The account that it is about."""


def disputes(session: Session, spoken: str, among: Iterable[accounts.Dispute] | None = None) -> list[Disputed]:
    """All that are undecided, or these; the oldest first."""
    found = list(accounts.every_open_dispute(session) if among is None else among)
    people = accounts.known_parties(session, [one.party_id for one in found if one.party_id])
    about = desk_correct.correctable(session, found)
    sent = contact.files.about(session, [one.number for one in found])
    recorded = desk_correct.recorded_since(session, found, about)
    debt_ids, say = [one.debt_id for one in found if one.debt_id], texts.speaker(spoken)
    named = accounts.known_debts_by_id(session, debt_ids) if debt_ids else {}
    return [
        Disputed(
            one.number, name_of(people, one.party_id), say(f"dispute_{one.reason.value}"), one.text, one.part.text(spoken) if one.part else "", one.placed_at,
            tuple((debt.id, f"{debt.reference} {debt.balance.text(spoken)}") for debt in about[one.number]),
            desk_files.shown(tuple(file for file in sent if file.about == one.number), say),
            desk_correct.counted_sentence(recorded[one.number], about[one.number], spoken),
            named[one.debt_id].reference if one.debt_id in named else say("dispute_all" if one.party_id else "dispute_unknown"),
        )
        for one in found
    ]  # fmt: skip


def _act(name: str) -> str:
    """In the words that managers read it in."""
    return act_words.load().get(name.partition(":")[0], spaced(name))


def rule_says(rule_id: str) -> str:
    """A rule of the door in one sentence, with its source."""
    rule = contact.law.by_id(rule_id)
    return f"{rule.says} [{rule.cite}]" if rule else rule_id


def given(held: Iterable[contact.Hold]) -> str:
    """The names and references that were given where nobody is known."""
    said = [value for hold in held for key, value in hold.given.items() if key not in ("representative", hold_words.NOTE)]
    return ", ".join(dict.fromkeys(said))


def name_of(people: Mapping[str, accounts.Party], party_id: str | None) -> str | None:
    party = people.get(party_id or "")
    return party.name if party else None


def _is_shown(key: str, value: object) -> bool:
    return value not in (None, "") and key != "message" and not key.endswith("_id")


def _label(key: str, say: texts.Speaker) -> str:
    return say(f"fact_{key}") if f"fact_{key}" in texts.catalogue() else spaced(key).capitalize()


def _value(value: Any, say: texts.Speaker) -> str:
    if isinstance(value, bool):
        return say("fact_yes" if value else "fact_no")
    if isinstance(value, Mapping) and set(value) == {"about", "words"}:
        return f"“{value['words']}” ({spaced(value['about'])})"
    if isinstance(value, Mapping):
        return ", ".join(f"{spaced(str(key))} {_value(part, say)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(part, say) for part in value) or say("fact_none")
    return spaced(str(value))


def spaced(name: str) -> str:
    return name.replace("_", " ")
