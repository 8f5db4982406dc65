"""Offers of a person: within what policy lets them offer, or asked of somebody who may; and the yes to them, set up.

An offer goes to the debtor in approved words, and waits for their yes: noted here, or heard by the assistant after the
hand-back. What they have said yes to already, in writing or on the telephone, is offered and set up in one step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from bot import accounts, contact, handoff, identity, negotiation
from bot.core import Money, Refusal, Session
from bot.negotiation import ByHand, Frequency, Kind, Made, Weighed
from bot.web import desk_links, desk_money, desk_view, desk_yes, staff, texts
from bot.web import desk_offer_words as words
from bot.web.desk_asked import Asked, Gone, Unfit, among
from bot.web.parts import Parts

EVERY = tuple(one.value for one in Frequency if one is not Frequency.PAYDAY)
KINDS = ("plan", "settlement", "promise")
NO_LINK = frozenset({Kind.PAUSE, Kind.EXTENSION, Kind.REDUCTION})
_ASKED = "offer"
NEWS = ("offer_stopped", "offer_held", "offer_nobody", "offer_day", "offer_said", "offer_gone", "link_amount",
        "link_on_its_way")  # fmt: skip


@dataclass(frozen=True)
class Open:
    """An offer that waits for their yes."""

    id: str
    terms: str
    reference: str
    yes: tuple[tuple[str, str], ...] = ()
    """(id, words) of what they wrote since they were told of it, the newest first."""
    is_promise: bool = False


def waiting(asked: Asked, row: desk_view.Waiting, spoken: str) -> list[Open]:
    """Of people, in this conversation. Nothing while nobody is verified."""
    who = identity.known_in(row.talk, asked.now)
    if who is None or row.party is None:
        return []
    references = {debt.id: debt.reference for debt in row.debts}
    today, zone = row.party.today(asked.now), asked.parts.settings.time_zone
    made = negotiation.open_by_hand(asked.session, who, today)
    lines = contact.transcript(asked.session, row.talk.id, blocked=True) if made else []

    def yes(one: Made) -> tuple[tuple[str, str], ...]:
        return tuple(desk_yes.shown(desk_yes.after_offer(asked.session, lines, one.id, asked.now), zone, spoken))

    return [
        Open(
            one.id, words.in_words(one, today, spoken), references.get(one.debt_id, ""), yes(one),
            one.offer.kind is Kind.PROMISE,
        )
        for one in made
    ]  # fmt: skip


def make(asked: Asked) -> None:
    """Says it to them, or asks somebody who may; sets it up where they have said yes."""
    debt, wanted = desk_money.debt_of(asked), _wanted(asked)
    weighed = _weigh(asked, debt.id, wanted)
    if not weighed.may(asked.me.role):
        _ask_for_more(asked, debt, weighed)
        return
    talk, who = talk_of(asked)
    standing = negotiation.open_by_hand(asked.session, who, today_of(asked, talk))
    if any(one.debt_id == debt.id and one.offer.schedule == weighed.offer.schedule for one in standing):
        raise Gone  # the same form twice
    line = _line(asked, talk, weighed.offer)
    if not handoff.may_say(asked.session, asked.here, line, by=asked.me.actor, settings=asked.parts.settings).allowed:
        raise Unfit("offer_stopped")
    made = negotiation.offer_by_hand(
        asked.session, who, debt.id, wanted, role=asked.me.role, by=asked.me.actor, now=asked.now,
        today=today_of(asked, talk),
    )  # fmt: skip
    _written(asked, "offered", made, debt.reference)
    if asked.form.get("said"):
        _set_up(asked, made, debt.reference)
        return
    how: dict[str, Any] = {"by": asked.me.actor, "key": f"offer:{made.id}", "settings": asked.parts.settings}
    handoff.say(asked.session, asked.here, [line], **how)


def agree(asked: Asked) -> None:
    """They said yes to one that waits."""
    made = _waiting_one(asked)
    _set_up(asked, made, accounts.known_debt(asked.session, made.debt_id).reference)


def asks_for_more(asked: Asked) -> bool:
    if asked.form["act"] != "offer":
        return False
    return not _weigh(asked, desk_money.debt_of(asked).id, _wanted(asked)).may(asked.me.role)


def sentences(asked: Asked, spoken: str) -> list[str]:
    """The row of the policy behind it and whose authority it needs."""
    quoted = []
    if asked.form.get("said"):
        quoted = [desk_yes.quoted(_yes(asked), asked.parts.settings.time_zone, spoken)]
    if asked.form["act"] != "offer":
        return quoted
    return quoted + words.reasons(_weigh(asked, desk_money.debt_of(asked).id, _wanted(asked)), asked.me.role, spoken)


def heading(asked: Asked) -> str:
    """What happens when it is confirmed: it is only offered, or set up with their yes."""
    if asked.form["act"] == "offer" and not asked.form.get("said"):
        return "act_offer"
    if asked.form["act"] == "offer":
        kind = _weigh(asked, desk_money.debt_of(asked).id, _wanted(asked)).offer.kind
    else:
        kind = _waiting_one(asked).offer.kind
    return f"act_set_up_{words.sort_of(kind)}"


def _waiting_one(asked: Asked) -> Made:
    talk, who = talk_of(asked)
    found = negotiation.open_by_hand(asked.session, who, today_of(asked, talk))
    return among(found, lambda one: one.id == asked.form.get("entry"))


def _yes(asked: Asked) -> contact.Line | None:
    """The message in which they said it; None on the telephone. Raises Unfit."""
    talk, _ = talk_of(asked)
    lines, said = contact.transcript(asked.session, talk.id, blocked=True), asked.form.get("said", "")
    if asked.form["act"] == "agree":
        found = desk_yes.after_offer(asked.session, lines, _waiting_one(asked).id, asked.now)
    else:
        found = desk_yes.after_answer(lines, asked.here)
    return desk_yes.chosen(found, said)


def named(asked: Asked, spoken: str) -> dict[str, str]:
    """What the heading names."""
    talk, _ = talk_of(asked)
    today = today_of(asked, talk)
    if asked.form["act"] == "agree":
        return {"what": words.in_words(_waiting_one(asked), today, spoken)}
    debt = desk_money.debt_of(asked)
    offer = _weigh(asked, debt.id, _wanted(asked)).offer
    return {"what": f"{debt.reference}, {negotiation.in_words(offer, words.phrase_of(today, spoken))}"}


def effects(more: handoff.Approval, spoken: str) -> list[str]:
    """As it stood when it was asked for: the row of the policy, what is beyond it, and what they would be told."""
    told = texts.text("change_told", spoken, text=str(more.data["told"]))
    return [*(str(one) for one in more.data["reasons"][spoken]), told]


def may_grant(more: handoff.Approval, role: str) -> bool:
    return staff.ROLES.index(role) >= staff.ROLES.index(more.data["needs"])  # type: ignore[arg-type]


def grant(session: Session, parts: Parts, more: handoff.Approval, *, role: str, by: str) -> None:
    """Makes the offer and says it in the name of whoever asked. Raises Gone, Unfit or handoff.Taken."""
    weighed, now = _weighed_again(session, parts, more), parts.settings.clock.now()
    if not weighed.may(role):
        raise Unfit("beyond")
    case = handoff.open_case_of(session, more.conversation_id)
    if case is None:
        raise Gone
    talk = handoff.hold_for(session, case, more.asked_by)
    who = identity.known_in(talk, now)
    assert who is not None
    today = accounts.known_party(session, who.party_id).today(now)
    line, debt_id = _line_of(parts, talk, weighed.offer, today), str(more.data["debt"])
    if not handoff.may_say(session, case, line, by=more.asked_by, settings=parts.settings).allowed:
        raise Unfit("stopped")
    how: dict[str, Any] = {"role": role, "by": by, "now": now, "today": today}
    made = negotiation.offer_by_hand(session, who, debt_id, _wanted_in(more), **how)
    handoff.say(session, case, [line], by=more.asked_by, key=f"offer:{made.id}", settings=parts.settings)


def _weighed_again(session: Session, parts: Parts, more: handoff.Approval) -> Weighed:
    talk, now = contact.conversation(session, more.conversation_id), parts.settings.clock.now()
    who = identity.known_in(talk, now)
    if who is None:
        raise Unfit("unknown")
    today = accounts.known_party(session, who.party_id).today(now)
    try:
        weighed = negotiation.weigh(session, who, str(more.data["debt"]), _wanted_in(more), now, today)
    except Refusal:
        raise Unfit("no_more") from None
    if weighed.needs is None:
        raise Unfit("no_more")
    return weighed


def _ask_for_more(asked: Asked, debt: accounts.Debt, weighed: Weighed) -> None:
    wanted = _wanted(asked)
    assert isinstance(wanted, ByHand)
    talk, _ = talk_of(asked)
    data = {
        "debt": debt.id, "kind": wanted.kind, "minor": wanted.amount.minor, "on": wanted.on.isoformat(),
        "every": wanted.frequency.value, "needs": weighed.needs, "told": _line(asked, talk, weighed.offer).text,
        "reasons": {spoken: words.reasons(weighed, asked.me.role, spoken) for spoken in texts.LANGUAGES},
    }  # fmt: skip
    terms = negotiation.in_words(weighed.offer, words.phrase_of(today_of(asked, talk), "en"))
    what = f"{debt.reference}: {terms}"[:200]
    how: dict[str, Any] = {"what": what, "reason": asked.reason, "by": asked.me.actor, "now": asked.now}
    try:
        handoff.ask_approval(asked.session, asked.here, _ASKED, weighed.offer.total, data, **how)
    except handoff.AskedAlready:
        raise Unfit("money_asked") from None


def _wanted_in(more: handoff.Approval) -> ByHand:
    data = more.data
    amount = Money(int(data["minor"]), more.amount.currency)
    return ByHand(data["kind"], amount, date.fromisoformat(data["on"]), Frequency(data["every"]))


def _set_up(asked: Asked, made: Made, reference: str) -> None:
    """Their yes, with the message in which they said it; they are told, with the link and the agreement in writing."""
    (talk, who), message = talk_of(asked), _yes(asked)
    settings = accounts.speaking(asked.session, asked.parts.settings, talk)
    today = today_of(asked, talk)
    try:
        how: dict[str, Any] = {"by": _collector(asked, settings.company, talk)}
        agreed = negotiation.accept(
            asked.session, who, made.id, asked.now, today, message.id if message else None, **how
        )
    except Refusal:
        raise Unfit("offer_gone") from None
    why = texts.text("offer_by_voice", "en") if message is None else f"“{handoff.first_words(message.text, 'web')}”"
    _written(asked, "agreed", made, reference, why)
    say = partial(_say, asked, talk)
    says = [
        say("utter_negotiation_agreed", terms=negotiation.in_words(made.offer, words.phrase_of(today, talk.language)))
    ]
    if agreed.schedule and made.offer.kind not in NO_LINK and _wants_link(asked, made):
        first = agreed.schedule[0]
        says.append(desk_links.line(asked, talk, who, agreed.debt_id, first.amount, first.due, agreed))
    url = negotiation.document_link(asked.session, agreed, settings.public_url)
    says.append(say("utter_negotiation_document", url=url))
    about = [_about(line, agreed.debt_id) for line in says]
    said_how: dict[str, Any] = {"by": asked.me.actor, "key": f"agreed:{made.id}", "settings": asked.parts.settings}
    handoff.say(asked.session, asked.here, about, **said_how)


def _wants_link(asked: Asked, made: Made) -> bool:
    """As they chose; by itself with a plan, and not with a promise: who promises has said how they will pay."""
    chosen = asked.form.get("with_link", "")
    return made.offer.kind is not Kind.PROMISE if chosen not in ("yes", "no") else chosen == "yes"


def _about(line: contact.Say, debt_id: str) -> contact.Say:
    return replace(line, debt_id=debt_id)


def _collector(asked: Asked, company: str, talk: contact.Conversation) -> negotiation.Collector:
    settings = asked.parts.settings
    debts = accounts.known_debts_of(asked.session, talk.party_id) if talk.party_id else ()
    named_so = {debt.client for debt in debts if settings.name_of(debt.client) == company}
    name = named_so.pop() if len(named_so) == 1 else company
    return negotiation.Collector(name, settings.company_phone, settings.collection_role == "third_party")


def _written(asked: Asked, kind: str, made: Made, reference: str, why: str = "") -> None:
    terms = negotiation.in_words(made.offer, words.phrase_of(asked.now.date(), "en"))
    data = {"what": f"{reference}: {terms}", "why": why or asked.reason, "offer": made.id}
    handoff.write_down(asked.session, asked.here, kind, asked.me.actor, data, asked.now)


def _line(asked: Asked, talk: contact.Conversation, offer: negotiation.Offer) -> contact.Say:
    return _about(_line_of(asked.parts, talk, offer, today_of(asked, talk)), desk_money.debt_of(asked).id)


def _line_of(parts: Parts, talk: contact.Conversation, offer: negotiation.Offer, today: date) -> contact.Say:
    terms = negotiation.in_words(offer, words.phrase_of(today, talk.language))
    now, zone = parts.settings.clock.now(), parts.settings.time_zone
    return contact.say("utter_negotiation_from_person", talk, {"terms": terms}, now, zone)


def _say(asked: Asked, talk: contact.Conversation, name: str, **values: object) -> contact.Say:
    return contact.say(name, talk, values, asked.now, asked.parts.settings.time_zone)


def _weigh(asked: Asked, debt_id: str, wanted: negotiation.Wanted) -> Weighed:
    """Raises Unfit where nobody may offer it, with what stands in the way."""
    talk, who = talk_of(asked)
    try:
        weighed = negotiation.weigh(asked.session, who, debt_id, wanted, asked.now, today_of(asked, talk))
    except negotiation.DebtOnHold:
        raise Unfit("offer_held") from None
    except negotiation.NotOffered:
        raise Gone from None
    if weighed.needs is None:
        raise Unfit("offer_nobody")
    return weighed


def _wanted(asked: Asked) -> negotiation.Wanted:
    kind = asked.form.get("kind", "")
    if kind.startswith("option:"):
        return among(Kind, lambda one: one.value == kind.removeprefix("option:"))
    try:
        on = date.fromisoformat(asked.form.get("on", ""))
    except ValueError:
        raise Unfit("offer_day") from None
    frequency = among(Frequency, lambda one: one.value == (asked.form.get("how") or "monthly") and one.value in EVERY)
    amount = desk_money.amount_of(asked, desk_money.debt_of(asked))
    return ByHand(among(KINDS, lambda one: one == kind), amount, on, frequency)  # type: ignore[arg-type]


def talk_of(asked: Asked) -> tuple[contact.Conversation, identity.Verified]:
    """Theirs, while it is proved who they are."""
    talk = handoff.hold_for(asked.session, asked.here, asked.me.actor)
    who = identity.known_in(talk, asked.now)
    if who is None:
        raise Gone
    return talk, who


def today_of(asked: Asked, talk: contact.Conversation) -> date:
    assert talk.party_id is not None
    return accounts.known_party(asked.session, talk.party_id).today(asked.now)
