"""When and how a known person may be reached: the hours that they barred, and calls: may one be made now, and by which
rule not; what was made is written down, also when it should not have been.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from bot import accounts, contact, handoff
from bot.contact import rules
from bot.core import Session
from bot.web import desk_view, staff, texts
from bot.web.parts import Parts, written_at

NEWS = ("time_barred", "time_allowed", "call_noted", "call_broke", "call_planned", "call_refused", "reach_unfit")
OUTCOMES = ("planned", "reached", "missed")
_SHOWN_FOR = timedelta(days=30)
_SHORTEST_REASON = 10


@dataclass(frozen=True)
class Line:
    """A barred time (its number) or a call, in words."""

    number: int
    text: str


@dataclass(frozen=True)
class Reaching:
    """`kinds` and `debts` are what may be chosen; `verdict` with `why` says whether a call of ours may be made now."""

    barred: tuple[Line, ...]
    calls: tuple[Line, ...]
    may_call: bool
    verdict: str
    why: tuple[str, ...]
    kinds: tuple[str, ...]
    debts: tuple[tuple[str, str], ...]


def of(session: Session, row: desk_view.Waiting, me: staff.Staff, parts: Parts, spoken: str) -> Reaching | None:
    """None while nobody is known."""
    talk, party_id = row.talk, row.talk.party_id
    if party_id is None:
        return None
    now, zone = parts.settings.clock.now(), parts.settings.time_zone
    decision = contact.calls.may_call(
        session, talk, contact.calls.Call(contact.calls.Kind.OURS, False), _how(parts, me), now
    )
    late = decision.until is not None and decision.until > now
    verdict = "call_may" if decision.allowed and not late else "call_later" if decision.allowed else "call_no"
    at = written_at(zone, spoken, decision.until) if decision.until is not None else ""
    barred = contact.places.times_barred(session, party_id)
    made = contact.calls_made.calls_of(session, [party_id], since=now - _SHOWN_FOR)
    return Reaching(
        tuple(Line(one.number, contact.in_words([one.barred], spoken)) for one in barred),
        tuple(Line(0, _in_words(one, zone, spoken)) for one in reversed(made)),
        verdict == "call_may",
        texts.text(verdict, spoken, time=at),
        tuple(desk_view.rule_says(rule) for rule in decision.rules if rule != rules.ALLOWED),
        tuple(kind.value for kind in contact.calls.Kind),
        tuple((debt.id, debt.reference) for debt in accounts.known_debts_of(session, party_id)),
    )


def _in_words(one: contact.calls_made.Made, zone: str, spoken: str) -> str:
    kind = texts.text(f"call_kind_{one.kind}", spoken)
    outcome = texts.text("call_was_reached" if one.reached else "call_was_missed", spoken)
    broke = f" · {texts.text('call_was_breach', spoken, rules=', '.join(one.broke))}" if one.broke else ""
    return f"{written_at(zone, spoken, one.at)} · {kind} · {outcome}{broke}"


def bar_time(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    """From and until as their clock shows it; no weekday chosen is every day."""
    party_id = handoff.hold_for(session, case, me.actor).party_id
    days = frozenset(day for day in range(1, 8) if form.get(f"day{day}")) or frozenset(range(1, 8))
    try:
        begins, ends = (time.fromisoformat(form.get(name) or "00:00") for name in ("begins", "ends"))
    except ValueError:
        return "reach_unfit"
    if party_id is None or (ends != time(0) and ends <= begins):
        return "reach_unfit"
    barred, now = contact.hours.Barred(begins, ends, days), parts.settings.clock.now()
    contact.places.bar_time(session, party_id=party_id, barred=barred, source=me.actor, now=now)
    what = {"what": contact.in_words([barred], "en")}
    handoff.write_down(session, case, "time_barred", me.actor, what, now)
    return "time_barred"


def allow_time(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    party_id, reason = handoff.hold_for(session, case, me.actor).party_id, form.get("reason", "").strip()[:200]
    number = form.get("number", "")
    if party_id is None or not number.isdecimal() or len(reason) < _SHORTEST_REASON:
        return "reach_unfit"
    now = parts.settings.clock.now()
    if not contact.places.allow_time(session, party_id, int(number), by=me.actor, reason=reason, now=now):
        return "unchanged"
    handoff.write_down(session, case, "time_allowed", me.actor, {"why": reason}, now)
    return "time_allowed"


def call(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    """One that is to be made is asked about first; one that was made is stored whatever the rules say."""
    talk, now = handoff.hold_for(session, case, me.actor), parts.settings.clock.now()
    wanted, outcome = _wanted(session, talk, form), form.get("outcome", "")
    if wanted is None or outcome not in OUTCOMES:
        return "reach_unfit"
    how = _how(parts, me)
    if outcome == "planned":
        decision = contact.calls.may_call(session, talk, wanted, how, now)
        may = decision.allowed and (decision.until is None or decision.until <= now)
        if may:
            handoff.write_down(session, case, "call_planned", me.actor, {"what": wanted.kind.value}, now)
        return "call_planned" if may else "call_refused"
    broke = contact.calls.note_call(session, talk, wanted, how, now)
    told = {"what": "reached" if wanted.reached else "not reached", "why": ", ".join(broke)}
    handoff.write_down(session, case, "called_broke" if broke else "called", me.actor, told, now)
    return "call_broke" if broke else "call_noted"


def _wanted(session: Session, talk: contact.Conversation, form: dict[str, str]) -> contact.calls.Call | None:
    """None where something of it cannot be."""
    kinds, debt = {kind.value: kind for kind in contact.calls.Kind}, form.get("debt", "")
    if talk.party_id is None or form.get("kind") not in kinds:
        return None
    if debt and debt not in {one.id for one in accounts.known_debts_of(session, talk.party_id)}:
        return None
    return contact.calls.Call(kinds[form["kind"]], form.get("outcome") == "reached", (debt,) if debt else ())


def _how(parts: Parts, me: staff.Staff) -> contact.Sending:
    known = parts.settings
    return contact.Sending(key="call", role=known.collection_role, author=me.actor, time_zone=known.time_zone,
                           company=known.company)  # fmt: skip
