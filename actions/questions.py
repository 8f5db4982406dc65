"""Questions amid everything else: each gets its own true answer, and the thread goes on.

Of the offer that waits, of the plan, and of what people fear: jail, papers, wages, a service cut off, who hears of it.
What is made of the terms or of the record stands in `terms_asked` and `record_asked`.
"""

from __future__ import annotations

from actions import holds, record_asked, say, terms_asked, worries
from actions.handler import handles
from actions.say import go_on
from bot import accounts, handoff, identity, negotiation
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning.acts import Act, AskAbout, Propose
from bot.negotiation import Made

_FEARS = {
    "jail": "utter_questions_jail",
    "immigration": "utter_questions_immigration",
    "garnish": "utter_questions_garnish",
    "shut_off": "utter_questions_shut_off",
    "sees": "utter_questions_sees",
    "payer": "utter_questions_payer",
    "liable": "utter_questions_liable",
    "visit": "utter_questions_visit",
    "travel": "utter_questions_travel",
    "hours": "utter_questions_hours",
    "admit": "utter_questions_admit",
    "flexible": "utter_questions_flexible",
    "early": "utter_questions_early",
    "home": "utter_questions_home",
    "benefits": "utter_questions_benefits",
    "taxes": "utter_questions_taxes",
    "private": "utter_questions_private",
    "assistance": "utter_questions_assistance",
    "receipt": "utter_questions_receipt",
    "after_paid": "utter_questions_after_paid",
}
"""One reviewed text each, in which nothing private stands: whoever asks is answered."""
_OF_AN_OFFER = {
    "changeable": "utter_negotiation_change_later",
    "missed": "utter_negotiation_if_missed",
    "interest": "utter_accounts_fees",
    "credit": "utter_accounts_credit_report",
    "documents": "utter_negotiation_document_at_yes",
    "link": "utter_negotiation_link_at_yes",
    "why": "utter_negotiation_why_this",
    "why_not": "utter_negotiation_why_this",
}
_BEFORE_WE_KNOW = {
    "changeable": "utter_negotiation_change_later",
    "missed": "utter_negotiation_if_missed",
    "interest": "utter_accounts_fees",
    "credit": "utter_questions_credit",
    "documents": "utter_questions_documents",
    "link": "utter_payments_methods",
    "pause": "utter_questions_pause",
    "forgiven": "utter_questions_forgiven_in_general",
    "first_day": "utter_questions_first_day_in_general",
}
"""How it is for everybody: told to whoever asks, since nobody need say who they are to hear how plans work."""
_WITHOUT_ONE = {
    "schedule": "plan_status", "last_payment": "plan_status", "total": "ask_balance", "interest": "ask_fees",
    "credit": "ask_credit_report", "documents": "ask_documents", "link": "pay", "why_not": "ask_options",
}  # fmt: skip
"""What the question is about where no offer waits."""


_TOLD_WITH_TERMS = frozenset({"schedule", "total", "last_payment"})
"""Asked beside figures: what is read back to those says it."""


@handles("ask_about")
def ask_about(turn: Turn, act: AskAbout) -> None:
    if turn.is_verified and any(_is_told_with(act, one.act, turn) for one in turn.queue):
        return  # their own terms, which are read back in this turn, are what it is about
    general = _FEARS.get(act.about) or (None if turn.is_verified else _BEFORE_WE_KNOW.get(act.about))
    if general is not None:
        turn.say(general, **turn.values())
        go_on(turn)
    elif act.about in worries.ANSWERS:
        turn.who()
        worries.ANSWERS[act.about](turn)
    elif act.about in terms_asked.ANSWERS:
        turn.state.terms_told = sorted({*turn.state.terms_told, act.about})
        terms_asked.ANSWERS[act.about](turn, act)
    elif act.about in record_asked.ANSWERS:
        record_asked.ANSWERS[act.about](turn, act)
    elif act.about in _WHERE_WE_ARE:
        _WHERE_WE_ARE[act.about](turn, act)
    elif isinstance(turn.asked, questions.Accept):
        _of_the_offer(turn, act, turn.asked)
    else:
        _in_general(turn, act)


def _is_told_with(act: AskAbout, other: Act, turn: Turn) -> bool:
    """The first day with a day of theirs, all of them together with a sum for all, and a limit that they have heard."""
    if not isinstance(other, Propose):
        return False
    if act.about == "first_day":
        return bool(other.first or other.weekday or other.days_of_month)
    if act.about == "combine":
        return other.debts == "all"
    return act.about in _TOLD_WITH_TERMS or act.about in turn.state.terms_told


def _of_the_offer(turn: Turn, act: AskAbout, asked: questions.Accept) -> None:
    """A question about the offer that waits: answered, and it goes on waiting."""
    turn.who()
    made = _waiting(turn, asked)
    if act.about in ("why", "why_not") and asked.reason:
        _say_why(turn, made, asked.reason)
    elif act.about == "total" and _leaves_some(turn, made):
        turn.then_plain("ask_balance")  # of a first payment, or a pause: how much it is in all is what they owe
    elif act.about in ("schedule", "last_payment", "total") and len(made) == 1:
        _say_length(turn, made[0])
    elif act.about in ("schedule", "last_payment", "total"):
        say.read_back(turn, made)
    else:
        turn.say(_OF_AN_OFFER[act.about], **turn.values())
        turn.ask_again()


def _in_general(turn: Turn, act: AskAbout) -> None:
    """About terms while none is on the table: of the plan that runs, or in general. Where something of theirs is being
    checked, what they want in writing is the answer to that.
    """
    turn.who()
    checked = [debt for debt in turn.known.talking_of or turn.known.debts if turn.known.is_held(debt)]
    if act.about == "documents" and holds.disputes_over(turn, checked):
        holds.say_in_writing(turn)
        turn.ask_again()
    elif act.about in _WITHOUT_ONE:
        turn.then_plain(_WITHOUT_ONE[act.about])
    elif turn.asked is not None and turn.asked.again is not None:
        turn.say(_OF_AN_OFFER[act.about] if act.about != "why" else turn.asked.again, **turn.values())
    else:
        turn.say(_OF_AN_OFFER[act.about], **turn.values())
        turn.ask_again()


def _waiting(turn: Turn, asked: questions.Question | None) -> list[Made]:
    return [turn.known.offers[one] for one in getattr(asked, "offers", ()) if one in turn.known.offers]


def _leaves_some(turn: Turn, made: list[Made]) -> bool:
    """A first payment, or a pause: when it is done, something is still owed."""
    owed = {debt.id: debt.balance for debt in turn.known.debts}
    return any(one.debt_id in owed and one.offer.total + one.offer.discount < owed[one.debt_id] for one in made)


def _say_why(turn: Turn, made: list[Made], reason: str) -> None:
    whole = negotiation.together([one.offer for one in made])
    if whole is None:
        turn.say("utter_negotiation_several_countered", reason=reason, lines=say.lines(turn, made))
    else:
        turn.say("utter_negotiation_countered", reason=reason, terms=say.in_short(turn, whole))


def _say_length(turn: Turn, made: Made) -> None:
    """How many payments, and until when."""
    first, last, count = made.offer.first, made.offer.last, len(made.offer.schedule)
    if first is None or last is None or count < 2:
        turn.say("utter_negotiation_read_back", terms=say.terms_of(turn, made))
    else:
        turn.say("utter_negotiation_length", count=count, date=first.due, last_date=last.due, total=made.offer.total)


def _when_a_person(turn: Turn, act: AskAbout) -> None:
    """How many are before them; no time is promised, but the day by which what they dispute is decided. Where nobody was
    asked, a person is offered.
    """
    case = turn.known.case
    if case is None:
        turn.ask(questions.Person(before=questions.dump(turn.state.question), again="utter_dialogue_offer_person_short"),
                 "utter_questions_no_person_yet")  # fmt: skip
        return
    before = [one.id for one in handoff.waiting(turn.session)]
    place = before.index(case.id) if case.id in before else 0
    turn.say("utter_questions_person_next" if place == 0 else "utter_questions_person_when", count=place)
    if turn.is_verified:
        disputed = [debt for debt in turn.known.talking_of or turn.known.debts if turn.known.is_held(debt)]
        holds.say_by_when(turn, holds.disputes_over(turn, disputed))
    turn.ask_again()


def _what_is_held(turn: Turn, act: AskAbout) -> None:
    """Which ones, why and until when, and which are free; of one that they name only that one. Who is not known yet hears
    of what they disputed here themselves.
    """
    if not turn.is_verified:
        _what_was_said_here(turn)
        return
    named = meant.named(turn, act.debts)
    about = named or turn.known.debts
    held = [debt for debt in about if turn.known.is_held(debt)]
    if held:
        holds.say_held(turn, held)
    elif not turn.known.debts or len(turn.known.free) == len(turn.known.debts):
        turn.say("utter_questions_nothing_held")
        go_on(turn)
        return
    for debt in about if named else turn.known.free:
        if not turn.known.is_held(debt):
            turn.say("utter_questions_free", account=meant.account(turn, debt), debt_id=debt.id)
    turn.ask_again()


def _what_was_said_here(turn: Turn) -> None:
    noted = accounts.disputes_over(turn.session, None, turn.conversation.id)
    if not noted:
        raise identity.NotVerified
    for one in noted:
        told = turn.phrase(f"utter_safety_about_{one.reason.value}")
        turn.say("utter_questions_noted_here", number=one.number, told=told)
    go_on(turn)


def _what_now(turn: Turn, act: AskAbout) -> None:
    """The one thing that we wait for from them, or that it is nothing."""
    if turn.ask_again():
        return
    if not turn.is_verified:
        turn.then_plain("ask_who")
    elif any(turn.known.is_held(debt) for debt in turn.known.talking_of):
        holds.say_status(turn)
    elif turn.known.plans:
        turn.then_plain("plan_status")
    elif turn.known.debts and not turn.known.free:
        turn.say("utter_questions_nothing_to_do")
    elif turn.known.case is not None:
        _when_a_person(turn, act)
    else:
        turn.then_plain("ask_balance")


def _until_when(turn: Turn, act: AskAbout) -> None:
    """How long what waits for a yes stays open; the day by which a dispute is decided; the plan's next day; no day that we
    would make up.
    """
    turn.who()
    offers = _waiting(turn, turn.asked)
    about = turn.known.talking_of or (turn.known.debts if not turn.known.plans else ())
    disputed = [] if offers else [debt for debt in about if turn.known.is_held(debt)]
    if disputed and holds.disputes_over(turn, disputed):
        holds.say_held(turn, disputed)
        turn.ask_again()
    elif offers:
        if not any(said.name == "think_it_over" for said in turn.queue):  # whose answer says it too
            turn.say("utter_questions_open_until", until=min(one.offer.expires for one in offers))
            turn.ask_again()
    elif turn.known.plans:
        turn.then_plain("plan_status")
    else:
        turn.say("utter_questions_no_deadline")
        go_on(turn)


_WHERE_WE_ARE = {"person_when": _when_a_person, "hold": _what_is_held, "next": _what_now, "deadline": _until_when}
