"""What is said about holds: which account, what happens next and by when, and that nobody is asked for it meanwhile; and
who may lift the one for a helper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot import accounts, contact
from bot.contact import Hold, HoldKind
from bot.core import in_brief, record
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning import packing

_STATUS = frozenset(
    ["utter_questions_disputed", "utter_questions_held", "utter_questions_nothing_to_do", "utter_accounts_dispute_status",
     "utter_accounts_dispute_status_short", "utter_accounts_hold_status", "utter_accounts_hold_status_of",
     "utter_questions_pay_held", "utter_questions_pay_disputed", "utter_contact_held", "utter_law_ended"]
)  # fmt: skip
"""Any of them tells where it stands: said once in an answer."""
_OPENED = "utter_accounts_dispute_"
_IN_SHORT = frozenset({"utter_accounts_dispute_status", "utter_accounts_dispute_status_short", "utter_accounts_hold_status",
                       "utter_accounts_hold_status_of", "utter_accounts_only_that", "utter_law_complaint_holds",
                       "utter_law_complaint_holds_only", "utter_law_complaint_holds_all"})  # fmt: skip
"""What is said of a hold beside another answer; left out where they ask about it in the same message."""
_BY_WHEN = frozenset({"utter_law_dispute_by", "utter_law_dispute_late"})
_OF_THE_LAW = frozenset({accounts.DisputeReason.REQUEST_VALIDATION})


def say_status(turn: Turn, about: Sequence[accounts.Debt] = ()) -> None:
    """Why nothing is asked of them now, and what comes next; in few words where our last message said so already, and
    not at all beside other words that say it. `about` are the accounts that were asked about, else those of the talk.
    """
    named = {name for name, _ in turn.says}
    if named & _STATUS or any(name.startswith(_OPENED) for name in named):
        return
    asked = [debt for debt in about or turn.known.talking_of or turn.known.debts if turn.known.is_held(debt)]
    held = without_ended(turn, asked)
    if asked and not held:
        return
    disputes = disputes_over(turn, held)
    number = numbers(turn, disputes)
    last = set(turn.state.responses) - {"utter_accounts_dispute_unverified"}  # that one names no account
    before = _STATUS & last or any(one.startswith(_OPENED) for one in last)
    if number is not None and before:
        turn.say("utter_accounts_dispute_status_short", number=number)
    elif number is not None:
        turn.say("utter_accounts_dispute_status", number=number, account=_accounts(turn, held))
        say_by_when(turn, disputes)
    elif held:
        turn.say("utter_accounts_hold_status_of", account=_accounts(turn, held))
    else:
        turn.say("utter_accounts_hold_status")


def without_ended(turn: Turn, held: Sequence[accounts.Debt]) -> list[accounts.Debt]:
    """Those that are on hold for a while; of the others is said, once, that no right to them is left."""
    over = [debt for debt in held if debt.id in turn.known.ended]
    if over and all(name != "utter_law_ended" for name, _ in turn.says):
        turn.say("utter_law_ended", account=_accounts(turn, over), debt_id=" ".join(debt.id for debt in over))
    return [debt for debt in held if debt not in over]


def disputes_over(turn: Turn, held: Iterable[accounts.Debt]) -> list[accounts.Dispute]:
    """What they disputed and nobody has decided: on these accounts, else on all that they owe; oldest first."""
    assert turn.known.party is not None
    ids = {debt.id for debt in held}
    found = accounts.open_disputes(turn.session, turn.known.party.id)
    return [one for one in found if one.debt_id in ids] or [one for one in found if one.debt_id is None]


def numbers(turn: Turn, disputes: Sequence[accounts.Dispute]) -> str | None:
    """The number that they know it by; where proof was asked for beside a dispute, both and which is which."""
    wrong = [one.number for one in disputes if one.reason not in _OF_THE_LAW]
    proof = [one.number for one in disputes if one.reason in _OF_THE_LAW]
    if not disputes:
        return None
    if not wrong or not proof:
        return ", ".join(wrong or proof)
    return turn.phrase("utter_law_number_and_proof", number=", ".join(wrong), proof=", ".join(proof))


def say_by_when(turn: Turn, disputes: Sequence[accounts.Dispute]) -> None:
    """The day that we have set ourselves to decide, or that it has passed. A hold without a dispute has none."""
    if not disputes:
        return
    assert turn.known.party is not None
    day: date = turn.known.party.today(min(one.answer_by for one in disputes))
    if day >= turn.today:
        turn.say("utter_law_dispute_by", by=day)
    else:
        turn.say("utter_law_dispute_late")


def say_in_writing(turn: Turn) -> None:
    """How what we decide reaches them."""
    electronic = contact.takes_electronic(turn.session, turn.who().party_id)
    turn.say("utter_law_answer_by_link" if electronic else "utter_law_answer_by_post")


def say_held(turn: Turn, held: Sequence[accounts.Debt]) -> None:
    """Of each of them the number, what they told us and when; then by when it is decided. Said in place of the status
    that stands beside another answer.
    """
    turn.says = [one for one in turn.says if one[0] not in _IN_SHORT]
    held = without_ended(turn, held)
    if not held:
        return
    every: list[accounts.Dispute] = []
    alike: dict[tuple[str, ...], list[accounts.Debt]] = {}
    for debt in held:
        disputes = disputes_over(turn, [debt])
        every += disputes
        alike.setdefault(tuple(one.number for one in disputes) or _why_held(turn, debt)[:1], []).append(debt)
    for debts in alike.values():
        _say_held_alike(turn, debts)
    turn.say("utter_questions_until_decided")
    turn.says = [one for one in turn.says if one[0] not in _BY_WHEN]
    say_by_when(turn, every)


def drop_until(turn: Turn) -> None:
    """What was said of an account until a decision, in this turn, is over: they have freed it."""
    turn.says = [one for one in turn.says if one[0] not in {"utter_questions_until_decided", *_BY_WHEN}]


def _say_held_alike(turn: Turn, debts: Sequence[accounts.Debt]) -> None:
    """Several accounts by one dispute, or by the same word of theirs, in one line."""
    disputes, why = disputes_over(turn, debts[:1]), _why_held(turn, debts[0])
    values: dict[str, object] = {"account": _accounts(turn, debts), "debt_id": " ".join(debt.id for debt in debts)}
    if disputes:
        since = disputes[0].placed_at.astimezone(turn.zone).date()
        told = turn.phrase(f"utter_safety_about_{disputes[0].reason.value}")
        turn.say("utter_questions_disputed", number=numbers(turn, disputes), told=told, date=since, **values)
    elif why:
        turn.say("utter_law_held_since", told=turn.phrase(why[0]), date=date.fromisoformat(why[1]), **values)
    else:
        turn.say("utter_questions_held", **values)


def _why_held(turn: Turn, debt: accounts.Debt) -> tuple[str, ...]:
    """By what they told us, as a phrase, and since when; empty where that is not why."""
    phrases = [(f"utter_safety_about_{one.reason}", one.placed_at) for one in turn.known.holds if one.stops(debt.id)]
    told = [(name, at) for name, at in phrases if name in contact.texts.load()]
    return (told[-1][0], told[-1][1].astimezone(turn.zone).date().isoformat()) if told else ()


def _accounts(turn: Turn, held: Sequence[accounts.Debt]) -> str:
    return " / ".join(meant.account(turn, debt, len(held)) for debt in held)


def say_what_goes_on(turn: Turn, held: accounts.Debt) -> None:
    """One of several is on hold now: which one, so that a wrong one is seen, and that the rest is as it was."""
    if leaves_others(turn, held):
        turn.say("utter_accounts_only_that", account=meant.account(turn, held), debt_id=held.id)


def leaves_others(turn: Turn, held: accounts.Debt) -> bool:
    """They have others, and none of those is on hold."""
    return len(turn.known.debts) > 1 and all(debt.id == held.id or debt in turn.known.free for debt in turn.known.debts)


def helper_holds(turn: Turn) -> tuple[Hold, ...]:
    """Placed because they said that somebody else writes."""
    return tuple(one for one in turn.known.holds if one.kind is HoldKind.THIRD_PARTY and one.reason == "third_party")


def ask_who_writes(turn: Turn) -> None:
    """Somebody else was typing, and now there is a proof: the person themselves says whether that is all right. Until
    then nothing private is said.
    """
    if turn.known.party is None or not helper_holds(turn):
        return
    rest = tuple(packing.pack(said) for said in turn.queue if said.name != "third_party")
    turn.queue.clear()
    turn.says = [said for said in turn.says if said is not turn.put]
    turn.ask(questions.Helper(rest=rest, again="utter_safety_ask_helper_again"), "utter_safety_ask_helper",
             name=in_brief(turn.known.party.given_name))  # fmt: skip


def allow_helper(turn: Turn) -> None:
    """Their yes: what held them for a helper is lifted, and kept with their words."""
    data = {"message": turn.message.id}
    record(turn.session, "HelperAllowed", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    lift_for_helper(turn, "lets somebody type")


def lift_for_helper(turn: Turn, reason: str) -> None:
    """Who they are is proved, or still to be proved, as before."""
    for hold in helper_holds(turn):
        contact.release_hold(turn.session, hold.id, reason=reason, actor="debtor", now=turn.now)
    turn.reload()
