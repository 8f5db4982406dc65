"""Which alarms stand: what a reviewed phrase caught, unless the words around it say otherwise; and which of them are doubts
that are asked back, or were answered already.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Said
from bot.dialogue.meaning.case import Case
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.heard import Alarm
from bot.dialogue.meaning.order import ALARMS, DISPUTES, IN_DANGER
from bot.dialogue.meaning.released import released
from bot.dialogue.meaning.weighing import TOLD_NOT_ASKED, asked_about

_TOLD_IN = 0.3
"""So much of a dispute in a clause, and the clause tells it."""


def only_asked(said: Said, case: Case) -> bool:
    """ "I think my insurance paid that already?": a dispute that stands in a question is asked about before it holds
    anything.
    """
    if said.name not in TOLD_NOT_ASKED or said.needs_check:
        return False
    told = [one for one in case.heard.clauses if one.likely.get(said.name, 0) >= _TOLD_IN]
    if not told:
        return case.heard.text.rstrip().endswith("?") and not case.heard.clauses
    return all(one.text.endswith("?") for one in told)


def tells_a_habit(said: Said, case: Case) -> bool:
    """ "Yo ya pago mi luz cada mes": what they pay again and again is not yet this debt."""
    if said.name != "already_paid" or said.needs_check:
        return False
    rhythms = [case.heard.text[one.what.start : one.what.end] for one in case.heard.figures.all
               if isinstance(one.what, grammar.Frequency)]  # fmt: skip
    told = [one.text for one in case.heard.clauses if one.likely.get(said.name, 0) >= _TOLD_IN]
    return any(rhythm in clause for rhythm in rhythms for clause in told)


def was_denied(said: Said, case: Case) -> bool:
    """They have told us that they do not mean it: a mere doubt is not put again, but where life is at stake."""
    put_again = said.name in IN_DANGER and said.caught_by != "model"
    return said.needs_check and said.name in case.scene.denied and not put_again


def is_released(said: Said, case: Case) -> bool:
    """A mere leaning to a dispute, where they say that there is none."""
    word = released(case.heard.text, case.scene) if said.needs_check and said.name in DISPUTES | {"complaint"} else None
    return word is not None and word.plainly


def _is_something_else(alarm: Alarm, sure: float, case: Case) -> bool:
    """ "Can I get that in writing", of an offer that waits, is no wish for proof of the debt."""
    others = (p for label, p in case.heard.likely.items() if label.partition(":")[0] not in ALARMS)
    return sure < case.limits.alarm and max(others, default=0) >= case.limits.sure_otherwise


def _sure(alarm: Alarm, case: Case) -> float:
    """Of a dispute among other things the clause that tells it is as good as the whole: a long message drowns it."""
    whole = case.likely(alarm.intent)
    if alarm.intent not in TOLD_NOT_ASKED:
        return whole
    return max(whole, *(one.likely.get(alarm.intent, 0) for one in case.heard.clauses), 0)


def _needed_by_phrase(alarm: Alarm, case: Case) -> float:
    """ "Send it to me in writing first", while an offer waits, may be about the offer."""
    limits, of_the_offer = case.limits, alarm.intent == "request_validation" and case.asks("accept", "choice")
    return limits.alarm_alone if of_the_offer else limits.alarm_phrase


def alarms_of(case: Case) -> Iterable[Said]:
    """What a reviewed phrase caught, unless all the words around it say otherwise."""
    for alarm in case.heard.alarms:
        sure = _sure(alarm, case)
        if alarm.intent not in IN_DANGER and (sure < case.limits.contradicted or _is_something_else(alarm, sure, case)):
            continue
        doubted = alarm.needs_check or sure < _needed_by_phrase(alarm, case)
        if (doubted or alarm.intent not in IN_DANGER) and alarm.intent in asked_about(case):
            continue
        if doubted and alarm.intent not in IN_DANGER and (alarm.is_denied or "no" in case.heard.begins):
            continue  # "no, no complaint, I only ask"; "it is not a wrong number"
        act = act_for(alarm.intent, case.heard, case.scene)
        yield Said(act, case.heard.text, 1.0, alarm.by, doubted)
