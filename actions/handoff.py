"""Getting a person, from every turn: for the whole conversation, or for one thing while the assistant goes on.

Waiting is not being owned: the assistant goes on answering until a person has taken the conversation.
"""

from __future__ import annotations

from actions import say
from actions.handler import handles, instead
from bot import handoff, negotiation
from bot.dialogue import Turn, effects, questions
from bot.dialogue.meaning.acts import Accept, Act, Drop, Plain, Refuse


@handles("talk_to_human")
def talk_to_human(turn: Turn, act: Plain) -> None:
    """Asks for a person, verified or not. An offer on the table stays there while they wait."""
    open_offer = _offer_before(turn)
    _hand_over(turn, handoff.Reason.ASKED, "utter_handoff_waiting")
    turn.state.question = open_offer
    yes = [said for said in turn.queue if said.name == "accept"]
    if yes:  # to the person, or to the offer as well: it is asked
        turn.queue = [said for said in turn.queue if said not in yes]
        turn.opening = open_offer
        turn.ask_again()


def _offer_before(turn: Turn) -> questions.Question | None:
    """What waits for their yes, their figures or their proofs, now or before a person was offered."""
    asked = questions.load(turn.asked.before) if isinstance(turn.asked, questions.Person) else turn.asked
    kept = (questions.Accept, questions.Choice, questions.Terms, questions.Identity)
    return asked if isinstance(asked, kept) else None


@handles("accept", asked=("person",))
def wants_person(turn: Turn, act: Accept) -> None:
    turn.then_plain("talk_to_human")


@handles("refuse", asked=("person",))
def no_person(turn: Turn, act: Refuse) -> None:
    """What had been asked before comes back; a second no to our best brings the person after all."""
    assert isinstance(turn.asked, questions.Person)
    before = questions.load(turn.asked.before)
    if turn.state.refusals > 2:
        turn.then_plain("no_room")
        return
    turn.answered()
    turn.state.question = turn.opening = before
    if not turn.ask_again():
        turn.then_plain("what_else")


@handles("no_room")
def no_room(turn: Turn, act: Plain) -> None:
    """Nothing more can be offered here. Who waits for a person on that already hears what still stands."""
    standing = _last_offer(turn) if turn.waited else None
    if standing is None:
        _hand_over(turn, handoff.Reason.NO_ROOM, "utter_negotiation_no_room")
    else:
        say.put(turn, [standing], "still_stands")


def _last_offer(turn: Turn) -> negotiation.Made | None:
    """Of the one account that is talked about."""
    debts = turn.known.talking_of
    if len(debts) != 1:
        return None
    standing = negotiation.standing(turn.session, turn.who(), debts[0].id, turn.now, turn.today)
    return next(iter(standing), None)


@handles("payment_trouble")
def payment_trouble(turn: Turn, act: Plain) -> None:
    _hand_over(turn, handoff.Reason.PAYMENT, "utter_payments_problem")


@handles("stuck")
def stuck(turn: Turn, act: Plain) -> None:
    _hand_over(turn, handoff.Reason.STUCK, "utter_handoff_stuck")


@handles("refund")
def payment_request(turn: Turn, act: Plain) -> None:
    """Money back: a person does it, while the conversation goes on here."""
    turn.who()
    effects.note(turn)
    turn.say("utter_payments_request")
    turn.ask_again()


@handles("note_documents")
def note_documents(turn: Turn, act: Plain) -> None:
    effects.note(turn)
    turn.say("utter_accounts_documents")
    turn.ask_again()


def _wants_nobody(turn: Turn) -> bool:
    return isinstance(turn.said.act, Drop) and turn.said.act.person


@instead(_wants_nobody)
def drop_person(turn: Turn, act: Drop) -> None:
    """Whatever is asked stays asked. Where something graver is the reason, somebody looks at it all the same."""
    case = turn.known.case
    if case is not None and handoff.withdraw(turn.session, case, turn.now):
        turn.reload()
        turn.say("utter_handoff_withdrawn")
    elif case is not None:
        turn.say("utter_handoff_on_the_way")
    if not turn.ask_again() and case is None:
        turn.then_plain("what_else")


@handles("drop")
def drop(turn: Turn, act: Drop) -> None:
    """ "Never mind": the wish for a person, where one waits and nothing graver is the reason; else nothing is open."""
    case = turn.known.case
    if case is not None and handoff.withdraw(turn.session, case, turn.now):
        turn.reload()
        turn.answered()
        turn.say("utter_handoff_withdrawn")
    elif case is not None and case.reason is handoff.Reason.DISPUTE and turn.asked is None and turn.is_verified:
        turn.then_plain("withdraw_dispute")
    elif turn.asked is not None:
        turn.answered()
        turn.then_plain("what_else")
    else:
        turn.then_plain("thanks")


def _leaves_mail(turn: Turn) -> bool:
    """The address that we have just asked for, and nothing else: it is no change of their data that wants a code."""
    is_only_that = turn.said.name in ("update_contact", "contact_preference", "unclear", "out_of_scope")
    return is_only_that and turn.has_just_said("utter_handoff_leave_mail") and bool(_mail(turn))


def _mail(turn: Turn) -> str:
    return handoff.mail_in(turn.message.text)


@instead(_leaves_mail)
def leave_mail(turn: Turn, act: Act) -> None:
    """They are told there when somebody has answered; `handoff.left_chat` reads it from what was said. What was asked
    stays asked.
    """
    turn.say("utter_handoff_mail_noted", email=_mail(turn))


def _hand_over(turn: Turn, reason: handoff.Reason, response: str) -> None:
    """Into the queue, and what happens next. Whoever takes it sees the rest of the message too; it is answered here
    as far as it can be."""
    waiting = turn.known.case is not None and turn.conversation.owner != "bot"
    effects.open_case(turn, reason)
    turn.answered()
    again = waiting and turn.has_just_said(response)
    turn.say("utter_handoff_still_waiting" if again else response)
    if not again and handoff.asks_for_mail(turn.session, turn.conversation, turn.settings):
        turn.say("utter_handoff_leave_mail")
