"""Words that may mean something grave or something else: asked about gently, and nothing is done, nor anything asked for
that the grave one would forbid, before the answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from actions import holds
from actions.handler import handles
from bot.dialogue import Turn, effects, meant, questions
from bot.dialogue.effects import IN_DANGER, STOPS
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Accept, Act, Plain, Refuse, Said, TalkOf
from bot.dialogue.meaning.order import DISPUTES, QUESTIONS, SOMEBODY_ELSE
from bot.dialogue.turn import proves
from bot.handoff import Reason

_ASKS_FOR_TERMS = (
    "ask_options", "propose", "pay", "promise", "request_plan", "request_settlement", "adjust", "divide", "hardship",
    "cannot_pay", "needs_time",
)  # fmt: skip
"""Acts that lead to offers or links."""
_ASKED_RATHER = {
    "wrong_amount": frozenset({"ask_breakdown", "ask_fees", "ask_balance", "ask_origin"}),
    "already_paid": frozenset({"ask_history", "ask_origin", "ask_breakdown"}),
    "not_my_debt": frozenset({"ask_origin"}),
    "request_validation": frozenset({"ask_breakdown", "ask_documents"}),
}
"""Questions about what may be disputed: they are answered, and whoever does dispute it says so to the answer."""
_ENDS = {"opt_out": "utter_safety_ask_stop", "cease_contact": "utter_law_ask_cease"}
"""What is asked says which: this channel, or all of them."""
_WHO = frozenset({"who_are_you", "is_this_a_scam", "bot_challenge"})
"""Questions that anybody may ask."""


@handles("check", overheard=True)
def check(turn: Turn, act: Act) -> None:
    """Only leaning that way: what was meant is asked before anything is done. A person who owns the conversation reads
    it anyway."""
    said = turn.said
    if turn.overheard:
        if said.name in IN_DANGER:
            effects.open_case(turn, STOPS[said.name].reason)
        return
    if said.name in SOMEBODY_ELSE and _says_who_they_are(turn):
        _write_for_themselves(turn)
        return
    if said.name == "opt_in" and not turn.known.opted_out:  # nothing had ended that could begin again
        if not turn.queue:
            turn.then_plain("greet")
        return
    if any(one.name in _ASKED_RATHER.get(said.name, ()) for one in turn.queue):
        return
    if _names_disputed(turn, said):
        turn.then(TalkOf(debts=getattr(said.act, "debts", ())))
        return
    if said.name not in IN_DANGER and _answers_first(turn):
        return
    rest = tuple(packing.pack(one) for one in turn.queue if not one.needs_check)  # one doubt a message
    turn.queue.clear()
    if said.name in IN_DANGER:
        question = questions.Safe(rest=rest, leaning=said.caught_by == "model", doubt=said.name)
        turn.ask(question, "utter_safety_check")
        return
    _ask_whether_meant(turn, said, rest)


def _names_disputed(turn: Turn, said: Said) -> bool:
    """Asked which account it is that they disputed: "the gym one is wrong" names it."""
    debts = getattr(said.act, "debts", None)
    is_asked = isinstance(turn.asked, questions.Debt) and any(one["act"] == "name_disputed" for one in turn.state.waiting)
    return is_asked and said.name in DISPUTES and isinstance(debts, tuple) and len(debts) == 1


def _says_who_they_are(turn: Turn) -> bool:
    """A proof came with it, or it is known already that somebody helps: whether they are somebody else is no doubt."""
    proved = any(proves(one.act) for one in turn.meaning.said)
    return proved or (turn.said.name == "third_party" and bool(holds.helper_holds(turn)))


def _write_for_themselves(turn: Turn) -> None:
    """Of somebody who died they speak as who has lost them."""
    if turn.is_verified and not holds.helper_holds(turn):
        turn.state.denied += [name for name in SOMEBODY_ELSE if name not in turn.state.denied]
    if turn.said.name == "deceased" and turn.is_verified:
        turn.says.insert(0, turn.says.pop(turn.says.index(turn.say("utter_safety_condolence"))))
    if not turn.queue and len(turn.says) < 1:
        turn.then_plain("resume" if turn.is_verified else "ask_who")


def _ask_whether_meant(turn: Turn, said: Said, rest: tuple[dict[str, Any], ...]) -> None:
    question = questions.Meant(acts=(packing.pack(said),), rest=rest, again="utter_safety_ask_meant_again")
    if said.name in _ENDS:
        turn.ask(question, _ENDS[said.name])
    else:
        turn.ask(question, "utter_safety_ask_meant", about=_what_is_in_doubt(turn, said))


def _what_is_in_doubt(turn: Turn, said: Said) -> str:
    """Of one of several accounts with its name, so that a wrong one is seen."""
    about = turn.phrase(f"utter_safety_about_{said.name}")
    debts = meant.named(turn, getattr(said.act, "debts", None)) or turn.known.talking_of
    if said.name not in DISPUTES or not turn.is_verified or len(debts) != 1 or len(turn.known.debts) < 2:
        return about
    return turn.phrase("utter_safety_about_one", about=about, account=meant.briefly(turn, debts[0]))


def _answers_first(turn: Turn) -> bool:
    """What they ask beside it is answered, and the doubt comes last: a question in place of an answer helps nobody."""
    open_to = QUESTIONS if turn.is_verified else _WHO
    asked = [one for one in turn.queue if one.name in open_to and not one.needs_check]
    if asked:
        turn.queue = [*asked, turn.said, *(one for one in turn.queue if one not in asked)]
    return bool(asked)


@handles("is_well", "accept", asked=("safe",))
def is_well(turn: Turn, act: Act) -> None:
    """They are all right: what they had said beside it goes on. Whether the debt was forced on them is another matter."""
    asked = turn.asked
    assert isinstance(asked, questions.Safe)
    rest = [packing.unpack(one) for one in asked.rest]
    turn.state.denied += [name for name in IN_DANGER if name not in turn.state.denied]
    turn.answered()
    turn.say("utter_safety_check_fine")
    if asked.doubt == "abuse_or_coercion":
        waits = (*asked.rest, *(packing.pack(said) for said in turn.queue))
        turn.queue.clear()
        _ask_whether_meant(turn, Said(Plain(name=asked.doubt), turn.said.words, needs_check=True), waits)
        return
    turn.queue = [*turn.queue, *rest]
    if not turn.queue and not turn.is_verified and not turn.known.opted_out:
        turn.then_plain("ask_who")


@handles("accept", asked=("meant",))
def did_mean(turn: Turn, act: Accept) -> None:
    """Yes is acted on as if it had been clear."""
    assert isinstance(turn.asked, questions.Meant)
    acts, rest = turn.asked.acts, turn.asked.rest
    turn.answered()
    first = packing.unpack(acts[0])
    turn.queue[:0] = [replace(first, needs_check=False), *(packing.unpack(one) for one in rest)]


@handles(*_ASKS_FOR_TERMS, asked=("meant",))
def passed_over(turn: Turn, act: Act) -> None:
    """Neither yes nor no, and what they want: a doubt is not put twice, a person looks at it, and the talk goes on.

    Whether something is to be taken back is asked once more.
    """
    assert isinstance(turn.asked, questions.Meant)
    question = turn.asked
    if len(question.acts) > 1:
        turn.state.question = None
        turn.queue.insert(0, turn.said)
        return
    doubt = packing.unpack(question.acts[0])
    rest = (*question.rest, packing.pack(turn.said), *(packing.pack(said) for said in turn.queue))
    turn.queue.clear()
    if not doubt.needs_check and question.again is not None and question.put == 1:
        turn.state.question = msgspec.structs.replace(question, rest=rest, put=2)
        turn.say(question.again, **question.values)
        return
    turn.answered()
    if doubt.needs_check:
        turn.state.denied += [doubt.name] if doubt.name not in turn.state.denied else []
        effects.open_case(turn, Reason.REQUEST)
    turn.queue = [packing.unpack(one) for one in rest]


@handles("refuse", asked=("meant",))
def did_not_mean(turn: Turn, act: Act) -> None:
    """No goes on with the rest of that message; of two that we had named, the other one is asked about next. Who passes
    over a doubt is not asked about another one: a person looks at it.
    """
    assert isinstance(turn.asked, questions.Meant)
    rest, doubt = [packing.unpack(one) for one in turn.asked.rest], packing.unpack(turn.asked.acts[0])
    turn.state.denied += [one["act"] for one in turn.asked.acts if one["act"] not in turn.state.denied]
    turn.answered()
    passes_over = isinstance(act, Refuse) and act.passed_over
    if not passes_over and doubt.name == "third_party":
        holds.lift_for_helper(turn, "writes for themselves")
    if passes_over and doubt.needs_check:
        turn.queue = [said for said in turn.queue if not said.needs_check]
        if doubt.name in SOMEBODY_ELSE and not turn.is_verified:
            turn.queue.clear()  # whoever writes is hardly the person whom we would ask for a proof
            turn.then_plain("stuck")
            return
        effects.open_case(turn, Reason.REQUEST)
    turn.queue[:0] = rest
    if not turn.queue and not turn.says:
        turn.then_plain("what_else" if turn.is_verified else "ask_who")
