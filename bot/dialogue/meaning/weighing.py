"""What was learned of a message, weighed: which acts are sure enough, which alarms are a doubt to ask about, and which
doubts they have answered already.
"""

from __future__ import annotations

from functools import lru_cache

from bot.dialogue import grammar
from bot.dialogue.meaning import asked_for, lists
from bot.dialogue.meaning.case import Case
from bot.dialogue.meaning.cues import Cues, words_of
from bot.dialogue.meaning.heard import PHRASES
from bot.dialogue.meaning.naming import debts_named
from bot.dialogue.meaning.no_person import wants_no_person
from bot.dialogue.meaning.order import ALARMS, BINDING, DISPUTES, IN_DANGER, QUESTIONS, SAME, TALK, kind
from bot.dialogue.meaning.released import released

_OF_THE_HOLD, _WAIVED = "ask_about:hold", "ask_about:waive"
_LIFTS = frozenset({"lift", "end_dispute"})
"""What we ask whether to do where something is to be taken back: the same word once more is no no."""
_LIFTED = frozenset({"take_back", "withdraw_dispute", "refund"})
"""What such a word is heard as."""
_A_PERSON = "talk_to_human"
_SEVERAL = 7
_FEW = 5
_NEVER = 2.0
TOLD_NOT_ASKED = DISPUTES - {"request_validation", "too_old"}
_OF_A_HOLD = frozenset({"ask_about:hold", "ask_about:pay_held"})
_OF_SEVERAL = frozenset({"ask_about:combine", "ask_about:which_first"})
_TALES = frozenset({"crisis", "abuse_or_coercion", "minor"})
_BINDS_NOBODY = ("options", "else", "person", "relief", "menu", "debt")
"""Questions to which a yes agrees on nothing."""


def learned(case: Case) -> list[str]:
    """The likeliest, and of every other kind of act what is likely enough beside it; "unclear" where nothing is."""
    likely = _gathered(case)
    ranked = sorted(likely, key=lambda one: -likely[one])
    best = next((label for label in ranked if label.partition(":")[0] not in ALARMS), "")
    needed = _needed_first(best, case) if best in ranked[:1] else _needed_beside(best, case)
    found = [best] if best and likely[best] >= needed else []
    taken = {kind(best)} if best else set()
    for label in ranked:
        if label != best and likely[label] >= _needed_beside(label, case) and kind(label) not in taken:
            if _is_the_same(label, found, case):
                continue
            found.append(label)
            taken.add(kind(label))
    found += [label for label in _in_clauses(case) if label not in found and not (_answers(label) and _answers(*found))]
    return list(dict.fromkeys("ask_fees" if _waives_nothing(one, case) else one for one in found)) or ["unclear"]


def _waives_nothing(label: str, case: Case) -> bool:
    """ "Is there late fees in that": without a word for it nobody asks that they come off, but what they are."""
    is_plain = case.likely(label) >= case.limits.pointless
    return label == _WAIVED and not is_plain and not lists.holds("fees", "taken off", words_of(case.heard.text))


def _is_the_same(label: str, found: list[str], case: Case) -> bool:
    is_plain = case.heard.likely.get(label, 0) >= case.limits.clear
    return not is_plain and any(label in SAME.get(one, ()) for one in found)


def _gathered(case: Case) -> dict[str, float]:
    """An act with many values ("ask_about:…") shares its certainty out among them: the likeliest speaks for all."""
    likely = {label: share for label, share in case.heard.likely.items() if not _is_pointless(label, share, case)}
    by_name: dict[str, list[str]] = {}
    for label, share in likely.items():
        if share >= case.limits.hint:
            by_name.setdefault(label.partition(":")[0], []).append(label)
    gathered = dict(likely)
    for labels in by_name.values():
        likeliest = max(labels, key=lambda label: likely[label])
        if likely[likeliest] >= case.limits.speaks_for_all:
            gathered[likeliest] = min(1.0, sum(likely[label] for label in labels))
    return gathered


def _is_pointless(label: str, share: float, case: Case) -> bool:
    """Where nothing is on hold, a question about a hold has to be plain, or something else was meant; so has one about
    several accounts where there is one.
    """
    scene = case.scene
    nothing_held = scene.verified and bool(scene.debts) and not any(debt.held for debt in scene.debts)
    only_one = scene.verified and len(scene.debts) == 1
    is_idle = label in _OF_A_HOLD and nothing_held or label in _OF_SEVERAL and only_one
    return is_idle and share < case.limits.pointless


def _in_clauses(case: Case) -> list[str]:
    """What a clause says plainly by itself; an alarm only where the whole message gives it some reason."""
    limits, found = case.limits, dict[str, None]()
    for clause in case.heard.clauses:
        label = clause.likeliest
        name = label.partition(":")[0]
        is_asked = name in QUESTIONS or name == _A_PERSON  # neither binds anybody
        of_whole = limits.clause_alarm if name in ALARMS else limits.clause_whole
        needed = limits.clause_question if is_asked else limits.clause
        supposes = name == "choose" and not _in_a_plain_clause(name, case)
        is_plain = not supposes and name not in TALK | BINDING and clause.likely.get(label, 0) >= needed
        if is_plain and (is_asked or case.heard.likely.get(label, 0) >= of_whole):
            found[label] = None
    return [*found, *_disputed_in_a_clause(case, list(found))]


def _disputed_in_a_clause(case: Case, found: list[str]) -> list[str]:
    """ "The gym isn't right, i cancelled in march. On the clinic i can do 70 a month": which kind of dispute it is no
    clause tells for sure, but that it is one. Of who speaks of several accounts it is asked back, and not passed over.
    """
    named = debts_named(case.heard.text, case.scene) or ()
    if len(named) < 2 or any(label in DISPUTES for label in found):
        return []
    shares = [
        {label: one.likely.get(label, 0.0) for label in TOLD_NOT_ASKED}
        for one in case.heard.clauses if not one.is_question
    ]  # fmt: skip
    told = [one for one in shares if sum(one.values()) >= case.limits.clause and max(one.values()) >= case.limits.clear]
    return [max(told[-1], key=lambda label: told[-1][label])] if told else []


def _answers(*labels: str) -> bool:
    return any(kind(label) == "answer" for label in labels)


def _needed_first(label: str, case: Case) -> float:
    limits = case.limits
    if label.partition(":")[0] == "choose" and case.asks("choice") and not _in_a_plain_clause("choose", case):
        return _NEVER  # "option 1 costs more than option 4, am I missing something?"
    is_binding = label.partition(":")[0] in BINDING and label != "pay:open"
    if not is_binding or label == "accept" and case.asks(*_BINDS_NOBODY):
        return limits.first
    if label == "accept" and case.heard.is_question and "yes" not in case.heard.begins:
        return _NEVER  # who asks something first has not said yes
    if label == "accept" and case.asks("accept") and not _in_a_plain_clause(label, case):
        return _NEVER  # "mine is the 8851. just that one. can i pay more in a good week"
    if label == "accept" and names_fewer_accounts(case):
        return _NEVER
    if label == "accept" and _is_conditional(case):
        return _NEVER  # "yes if my check comes"
    if label == "accept" and names_another_account(case):
        return _NEVER  # "lets lock the rent one in", to terms for the gym
    if label == "accept" and _names_another_day(case):
        return _NEVER  # "the 8th of JANUARY I said, that way yes", to an offer of December 4
    doubtful = case.heard.is_question or case.heard.holds_back or "no" in case.heard.begins
    return limits.held_back if doubtful else limits.binding


@lru_cache(maxsize=1)
def _conditions() -> Cues:
    return Cues.read(PHRASES.with_name("table") / "conditions.yml")


def _is_conditional(case: Case) -> bool:
    """The clause with the yes says on what it hangs; a question beside it is none."""
    agreed = [one.text for one in case.heard.clauses if one.begins_with_yes or one.likeliest == "accept"]
    told = agreed or ([] if case.heard.is_question or case.heard.clauses else [case.heard.text])
    cues = _conditions()
    return any(cues.holds("condition", one) and not cues.holds("granted", one) for one in told if not one.endswith("?"))


def names_another_account(case: Case) -> bool:
    """Only accounts that the terms which wait for a yes are not for."""
    named = debts_named(case.heard.text, case.scene)
    about = set(case.scene.talking_of)
    return case.asks("accept") and bool(about) and isinstance(named, tuple) and about.isdisjoint(named)


def names_fewer_accounts(case: Case) -> bool:
    """ "Just that one", to terms for two: a yes to what was read back names all of it, or nothing."""
    named = debts_named(case.heard.text, case.scene)
    about = case.scene.talking_of
    return case.asks("accept") and isinstance(named, tuple) and set(named) < set(about)


def _in_a_plain_clause(name: str, case: Case) -> bool:
    """Of several clauses one says it by itself, and neither asks nor supposes."""
    clauses = case.heard.clauses
    return len(clauses) < 2 or any(
        one.likely.get(name, 0) >= case.limits.clear
        and not one.is_question
        and not _conditions().holds("condition", one.text)
        for one in clauses
    )


def _names_another_day(case: Case) -> bool:
    offer = case.waiting
    if offer is None or offer.first is None:
        return False
    days = [one.what.earliest for one in case.heard.figures.all if isinstance(one.what, grammar.Day)]
    return bool(days) and not {offer.first, offer.until} & set(days)


def _needed_beside(label: str, case: Case) -> float:
    """An alarm needs less where nothing else is clear; what binds needs beside others what it needs alone."""
    limits, name = case.limits, label.partition(":")[0]
    if name == "choose" and case.asks("choice") and not _in_a_plain_clause(name, case):
        return _NEVER
    if name in BINDING:
        return max(limits.more, _needed_first(label, case))
    if (
        name == "hardship"
        and case.heard.clauses
        and not any(one.likely.get(name, 0) >= limits.clear for one in case.heard.clauses)
    ):
        return limits.clear  # pity for a plain fact is out of place
    if name not in ALARMS:
        return limits.more_of_few if case.heard.words < _SEVERAL else limits.more
    if name == "minor" and _something_surer(name, case):
        return limits.alarm_alone  # "im in chapter 13"
    if name in _TALES:
        return limits.danger
    if name == "wrong_person" and _says_who_they_are(case):
        return _NEVER
    others = (p for one, p in case.heard.likely.items() if one != label)
    needed = limits.alarm_beside if max(others, default=0) >= limits.clear else limits.alarm
    return max(needed, limits.alarm_of_few) if case.heard.words < _FEW else needed


def _something_surer(name: str, case: Case) -> bool:
    """Another matter of safety or law is plain: a number in it is no age."""
    return any(case.likely(one) >= case.limits.alarm_alone for one in ALARMS - DISPUTES if one != name)


def _says_who_they_are(case: Case) -> bool:
    """ "This is Maria" is not somebody else, though it has the words of one."""
    return case.likely("identify") > case.likely("wrong_person")


def is_well(case: Case) -> bool:
    return case.likely("is_well") >= (case.limits.first if "yes" in case.heard.begins else case.limits.more)


def is_denied(case: Case) -> bool:
    """They begin with a no, or plainly speak of something else, and do not go on to say that very thing."""
    named = max((case.likely(one) for one in case.scene.candidates), default=0)
    if case.says("no") or named >= case.limits.alarm_alone:
        return False
    return "no" in case.heard.begins or passes_over(case)


def is_confirmed(case: Case) -> bool:
    """A yes that goes on, or the same once more in other words, to whether they meant that."""
    named = max((case.likely(one) for one in case.scene.candidates), default=0)
    caught = any(one.intent in case.scene.candidates and not one.is_denied for one in case.heard.alarms)
    is_somebody_else = case.scene.candidates == ("wrong_person",) and _says_who_they_are(case)
    if len(case.scene.candidates) != 1 or is_somebody_else or "no" in case.heard.begins:
        return False
    if "yes" in case.heard.begins and set(case.scene.candidates) <= _LIFTS:
        return not case.heard.is_question and not _wants_something_else(case)  # "yes, take it back"
    if "yes" in case.heard.begins:
        return caught or named >= case.limits.confirmed or case.likely("accept") >= case.limits.first
    if case.likely("refuse") > max(named, case.limits.first):
        return False
    return not case.heard.is_question and (named >= case.limits.clear or caught and named >= case.limits.first)


def _wants_something_else(case: Case) -> bool:
    """ "Ok send me a link to pay" says yes to the link, and lifts nothing."""
    others = (p for one, p in case.heard.likely.items() if one.partition(":")[0] not in {"accept", *_LIFTED, *TALK})
    return max(others, default=0) >= max(case.limits.clear, case.likely("accept"))


def passes_over(case: Case) -> bool:
    """Neither yes nor no, and something else that is clear: who is asked about a doubt and goes on hardly meant it."""
    if "no" in case.heard.begins:
        return False
    agrees = case.says("yes") or "yes" in case.heard.begins or case.likely("accept") >= case.limits.more
    doubts = set(case.scene.candidates) <= ALARMS and bool(case.scene.candidates)
    others = (p for one, p in case.heard.likely.items() if kind(one) not in (*case.scene.candidates, *TALK))
    return doubts and not agrees and max(others, default=0) >= case.limits.clear


def asked_about(case: Case) -> frozenset[str]:
    """Alarms that this message answers: they are raised again only where that is sure."""
    if case.asks("safe") and is_well(case):
        return IN_DANGER
    if case.asks("identity") and case.scene.awaits == "code" and asked_for.says("not come", case.heard.text):
        return frozenset({"service_dispute"})  # "it never arrived" is the code
    answered = case.asks("meant") and (is_denied(case) or is_confirmed(case))
    the_same = _LIFTED if set(case.scene.candidates) & _LIFTS else set()
    return frozenset({*case.scene.candidates, *the_same}) if answered else frozenset()


def with_what_is_released(labels: list[str], case: Case) -> list[str]:
    """ "As for the clinic, I am not disputing it", of one that is held: that takes it back, and asks nothing of the hold
    unless a question does; nor need the account be named once more.
    """
    if released(case.heard.text, case.scene) is None:
        return labels
    asked = [one for one in case.heard.clauses if one.is_question and one.likeliest == _OF_THE_HOLD]
    said_by_it = {"talk_of", "withdraw_dispute"} | (set() if asked else {_OF_THE_HOLD})
    said_by_it |= {"refuse"} if set(case.scene.candidates) & _LIFTS else set()
    return [*(one for one in labels if one not in said_by_it | {"take_back", "unclear", "nothing"}), "take_back"]


def without_the_person(labels: list[str], case: Case) -> list[str]:
    """ "No person needed, i'll go on with you": what they asked for before is dropped; asked whether they want one, it is a
    no. A danger that is sure is heard all the same.
    """
    if not wants_no_person(case.heard.text):
        return labels
    said_by_it = {"talk_to_human", "unclear", "nothing", "refuse", "wrong_person", "cease_contact"}
    said_by_it |= {one for one in IN_DANGER if case.likely(one) < case.limits.alarm_alone}
    rest = [one for one in labels if one not in said_by_it]
    return [*rest, "refuse" if case.asks("person", "meant") else "drop:person"]
