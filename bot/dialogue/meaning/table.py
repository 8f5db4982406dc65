"""The one table that joins what was learned, the figures and the cues. The first row that fits decides.

A row reads: its name, when it fits, what the message then does. Each has a situation in `tests/meaning/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Said, Unclear
from bot.dialogue.meaning.fields import act_for, proposals
from bot.dialogue.meaning.heard import Alarm, Heard
from bot.dialogue.meaning.naming import debts_or_place
from bot.dialogue.meaning.options import same_money
from bot.dialogue.meaning.order import ALARMS, BINDING, IN_DANGER, TALK, kind, rank
from bot.dialogue.meaning.scene import OfferRead, Scene

NOTHING = "nothing"
MOST = 4
_FEW_WORDS = 3
_SEVERAL = 7
_SHORT = 10
"""Who says yes by naming the figures once more says little else."""
_TALES = frozenset({"crisis", "abuse_or_coercion"})
_HANGING = ("..", "…")


@dataclass(frozen=True)
class Limits:
    """Shares of certainty, chosen on messages that did not train; see `docs/decisions/0005` and `0010`."""

    first: float = 0.18
    """What the likeliest act needs."""
    more: float = 0.4
    """What a further act needs."""
    more_of_few: float = 0.5
    """What a further act needs in a message of a few words."""
    binding: float = 0.45
    held_back: float = 0.65
    """What a binding act needs beside a question mark, a condition or a no."""
    clear: float = 0.5
    alarm: float = 0.25
    alarm_beside: float = 0.4
    """What an alarm needs beside something clear."""
    danger: float = 0.45
    """What a danger to life needs that no reviewed phrase speaks for: a long tale of troubles leans that way."""
    alarm_alone: float = 0.85
    """From here on an alarm that no reviewed phrase speaks for is acted on at once; below it is asked about."""
    alarm_phrase: float = 0.4
    """What it needs beside a reviewed phrase to be acted on at once."""
    clause: float = 0.6
    """What an act needs in one clause of a message."""
    clause_whole: float = 0.1
    clause_alarm: float = 0.12
    """What it needs in the whole message then."""
    contradicted: float = 0.03
    """Under this the words around a phrase say that it is none."""
    sure_otherwise: float = 0.85
    """An act that is so sure speaks against a phrase that only asks, where the head hears no alarm."""


@dataclass(frozen=True)
class Case:
    heard: Heard
    scene: Scene
    limits: Limits

    def asks(self, *questions: str) -> bool:
        return self.scene.asked in questions

    def says(self, cue: str) -> bool:
        return cue in self.heard.cues

    def likely(self, label: str) -> float:
        """Of an act with all its values, or of one of them."""
        return max(
            (p for one, p in self.heard.likely.items() if one == label or one.startswith(label + ":")), default=0
        )

    @property
    def waiting(self) -> OfferRead | None:
        offers = self.scene.offers
        return offers[self.scene.waiting - 1] if self.asks("accept") and self.scene.waiting <= len(offers) else None


Then = Callable[[Case], "Iterable[str] | None"]


def _always(*labels: str) -> Then:
    return lambda case: labels


def _offer_repeated(case: Case) -> bool:
    """Every figure they name is one of the offer that waits: "51 a month" to $51.04 a month."""
    offer, figures = case.waiting, case.heard.figures.offered
    if offer is None or not figures or case.heard.is_question or case.likely("refuse") > case.limits.more:
        return False
    if "no" in case.heard.begins or case.heard.holds_back or case.heard.words > _SHORT:
        return False
    return all(_stands_in(one.what, offer) for one in figures) and bool(case.heard.figures.money())


def _stands_in(what: grammar.Entity, offer: OfferRead) -> bool:
    if isinstance(what, grammar.Amount):
        said = Money(what.minor, what.currency)
        return same_money(said, offer.each) or same_money(said, offer.total)
    if isinstance(what, grammar.Day):
        return what.value in (offer.first, offer.until)
    if isinstance(what, grammar.Frequency):
        return what.value == offer.frequency
    return isinstance(what, grammar.Count) and what.value == offer.count


def _other_figures(case: Case) -> bool:
    """A figure of theirs while an offer waits, and the head hears a yes or nothing clear: it is a proposal."""
    labels = set(_learned(case))
    wishes = {"propose", "pay", "promise", "move", "choose", "change_amount", "change_rhythm"}
    named = {label.partition(":")[0] for label in labels}
    nothing_else = not labels - {"accept"} or "unclear" in labels or case.heard.is_bare
    figures = case.heard.figures
    return bool(figures.offered or figures.vague) and not named & (wishes | ALARMS) and nothing_else


def _figures_asked_for(case: Case) -> bool:
    figures = case.heard.figures
    return case.asks("terms") and bool(figures.offered) and (case.likely("propose") >= 0.2 or case.heard.is_bare)


_YES_OR_NO = ("accept", "cancel", "change", "shares", "meant", "options", "person", "else")
_WHICH = ("else", "choice", "menu", "debt", "relief", "move", "terms", "identity", "ahead")

ROWS: tuple[tuple[str, Callable[[Case], bool], Then], ...] = (
    ("STOP", lambda c: c.says("stop"), _always("opt_out")),
    ("STOP in another language", lambda c: c.says("stop abroad"), _always("opt_out")),
    ("START", lambda c: c.says("start") and c.scene.asked is None, _always("opt_in")),
    ("HELP", lambda c: c.says("help"), _always("help")),
    ("yes, I am all right", lambda c: c.asks("safe") and c.says("yes"), _always("is_well")),
    ("no, I am not all right", lambda c: c.asks("safe") and c.says("no"), _always("is_not_well")),
    ("all right, and more", lambda c: c.asks("safe") and _is_well(c), lambda c: _once_answered(c, "is_well")),
    ("no, and what they meant", lambda c: c.asks("meant") and _is_denied(c), lambda c: _once_answered(c, "refuse")),
    ("a proof when asked who they are", lambda c: c.asks("identity") and _proves(c), lambda c: _with(c, "identify")),
    ("a proof unasked", lambda c: _proves(c), lambda c: _beside(c, "identify")),
    ("the number of an option", lambda c: c.asks("choice", "menu") and _picks(c), _always("choose")),
    ("the place of a debt", lambda c: c.asks("debt") and _names_debt(c), _always("talk_of")),
    ("figures when asked for them", _figures_asked_for, lambda c: _with(c, "propose")),
    ("the figures of the offer that waits", _offer_repeated, lambda c: _with(c, "accept")),
    ("yes to a yes-or-no question", lambda c: c.asks(*_YES_OR_NO) and _agrees(c), _always("accept")),
    ("no to any question", lambda c: c.asks(*_YES_OR_NO, *_WHICH) and c.says("no"), _always("refuse")),
    ("yes where there is nothing to say yes to", lambda c: c.asks(*_WHICH[1:]) and _agrees(c), _always("unclear")),
    ("yes or no to nothing", lambda c: c.scene.asked is None and (c.says("yes") or c.says("no")), _always(NOTHING)),
    ("nothing that anybody knows", lambda c: c.heard.is_nonsense, _always("unclear")),
    ("other figures than those of the offer", lambda c: c.asks("accept") and _other_figures(c), _always("propose")),
    ("as learned", lambda c: True, lambda c: _learned(c)),
)


def _is_well(case: Case) -> bool:
    return case.likely("is_well") >= (case.limits.first if "yes" in case.heard.begins else case.limits.more)


def _is_denied(case: Case) -> bool:
    """They begin with a no, or plainly speak of something else, and do not go on to say that very thing."""
    named = max((case.likely(one) for one in case.scene.candidates), default=0)
    if case.says("no") or named >= case.limits.alarm_alone:
        return False
    return "no" in case.heard.begins or _passes_over(case)


def _passes_over(case: Case) -> bool:
    """No yes, and something else that is clear: who is asked about a doubt and goes on did not mean it."""
    agrees = case.says("yes") or "yes" in case.heard.begins or case.likely("accept") >= case.limits.more
    doubts = set(case.scene.candidates) <= ALARMS and bool(case.scene.candidates)
    others = (p for one, p in case.heard.likely.items() if kind(one) not in (*case.scene.candidates, *TALK))
    return doubts and not agrees and max(others, default=0) >= case.limits.clear


def _asked_about(case: Case) -> frozenset[str]:
    """Alarms that this message answers: they are raised again only where that is sure."""
    if case.asks("safe") and _is_well(case):
        return IN_DANGER
    return frozenset(case.scene.candidates) if case.asks("meant") and _is_denied(case) else frozenset()


def _once_answered(case: Case, label: str) -> list[str]:
    """The answer, and whatever else was heard but what we had asked about."""
    answered, sure = (
        _asked_about(case) | {"is_not_well", "is_well", "accept", "refuse", "unclear", NOTHING},
        case.limits,
    )
    rest = (
        one for one in _learned(case)
        if one.partition(":")[0] not in answered or one in IN_DANGER and case.likely(one) >= sure.alarm_alone
    )  # fmt: skip
    return [label, *(one for one in rest if one != label)]


def _agrees(case: Case) -> bool:
    """Yes and nothing else, and nothing that leaves it hanging."""
    return case.says("yes") and not case.heard.is_question and not case.heard.text.rstrip().endswith(_HANGING)


def _proves(case: Case) -> bool:
    return any(value is not None for value in vars(case.heard.proofs).values())


def _names_debt(case: Case) -> bool:
    few = case.heard.words <= _FEW_WORDS + 1
    return few and not case.heard.figures.money() and debts_or_place(case.heard.text, case.scene) is not None


def _picks(case: Case) -> bool:
    return case.heard.option is not None and case.heard.words <= _FEW_WORDS + 2 and not case.heard.figures.money()


def _with(case: Case, label: str) -> list[str]:
    """This, and whatever else was heard that is no answer to the same question."""
    about_money = {
        "accept",
        "refuse",
        "propose",
        "promise",
        "adjust",
        "unclear",
        "choose",
        NOTHING,
        "pay",
        "cannot_say",
    }
    return [label, *(one for one in _learned(case) if one.partition(":")[0] not in about_money)]


def _beside(case: Case, label: str) -> list[str]:
    """This, and everything else that was heard."""
    return [label, *(one for one in _learned(case) if one not in ("unclear", NOTHING))]


def _learned(case: Case) -> list[str]:
    """The likeliest, and of every other kind of act what is likely enough beside it; "unclear" where nothing is."""
    ranked = sorted(case.heard.likely, key=lambda one: -case.heard.likely[one])
    best = next((label for label in ranked if label.partition(":")[0] not in ALARMS), "")
    needed = _needed_first(best, case) if best in ranked[:1] else _needed_beside(best, case)
    found = [best] if best and case.heard.likely[best] >= needed else []
    taken = {kind(best)} if best else set()
    for label in ranked:
        if label != best and case.heard.likely[label] >= _needed_beside(label, case) and kind(label) not in taken:
            found.append(label)
            taken.add(kind(label))
    found += [label for label in _in_clauses(case) if label not in found and not (_answers(label) and _answers(*found))]
    return found or ["unclear"]


def _in_clauses(case: Case) -> list[str]:
    """What a clause says plainly by itself; an alarm only where the whole message gives it some reason."""
    plain = [max(one, key=lambda label: one[label]) for one in case.heard.clauses if one]
    sure = [label for label, one in zip(plain, case.heard.clauses) if one[label] >= case.limits.clause]
    return [
        label
        for label in dict.fromkeys(sure)
        if label.partition(":")[0] not in TALK | BINDING
        and case.heard.likely.get(label, 0)
        >= (case.limits.clause_alarm if label.partition(":")[0] in ALARMS else case.limits.clause_whole)
    ]


def _answers(*labels: str) -> bool:
    return any(kind(label) == "answer" for label in labels)


def _needed_first(label: str, case: Case) -> float:
    limits = case.limits
    if label.partition(":")[0] not in BINDING or label == "pay:open":
        return limits.first
    doubtful = case.heard.is_question or case.heard.holds_back or "no" in case.heard.begins
    return limits.held_back if doubtful else limits.binding


def _needed_beside(label: str, case: Case) -> float:
    """An alarm needs less where nothing else is clear."""
    limits, name = case.limits, label.partition(":")[0]
    if name not in ALARMS:
        return limits.more_of_few if case.heard.words < _SEVERAL else limits.more
    if name in _TALES:
        return limits.danger
    others = (p for one, p in case.heard.likely.items() if one != label)
    return limits.alarm_beside if max(others, default=0) >= limits.clear else limits.alarm


def joined(heard: Heard, scene: Scene, limits: Limits = Limits()) -> tuple[Said, ...]:
    """All that the message does, the most pressing first, each act once; never empty."""
    case = Case(heard, scene, limits)
    labels = next(found for _, fits, then in ROWS if fits(case) and (found := then(case)) is not None)
    heard_as = (*(one for label in labels for one in _all_said(label, case)), *_alarms(case))
    said = {_key(one): one for one in heard_as if not _was_denied(one, case)}
    said = said or {("unclear",): _said("unclear", case)}
    ordered = sorted(said.values(), key=lambda one: rank(one.name))
    pressing = [one for one in ordered if one.name not in TALK] or ordered
    return tuple(pressing[:MOST])


def _all_said(label: str, case: Case) -> tuple[Said, ...]:
    """What is wished for several debts, each with a sum of its own, is a wish for each."""
    settled = case.heard.likely.get("propose:settlement", 0) + case.likely("request_settlement")
    if label == "propose" and settled >= case.limits.more:
        label = "propose:settlement"  # two ways to say it, and together they do
    first = _said(label, case)
    if label != "propose":
        return (first,)
    return tuple(replace(first, act=one) for one in proposals(case.heard, case.scene))


def _key(said: Said) -> tuple[object, ...]:
    """Each act once; a question about one thing is another than that about the next, and so is a wish for one debt."""
    return said.name, getattr(said.act, "about", None), getattr(said.act, "debts", None)


def _was_denied(said: Said, case: Case) -> bool:
    """They have told us that they do not mean it: a mere doubt is not put again, but where life is at stake."""
    put_again = said.name in IN_DANGER and said.caught_by != "model"
    return said.needs_check and said.name in case.scene.denied and not put_again


def _said(label: str, case: Case) -> Said:
    act = act_for(label, case.heard, case.scene)
    if isinstance(act, Unclear):
        act = Unclear(candidates=() if case.heard.is_nonsense else _likeliest(case.heard.likely))
    sure = case.heard.likely.get(label, 1.0)
    is_alarm = label in ALARMS
    few = case.heard.words <= _FEW_WORDS
    spelt = any(case.says(cue) for cue in ("stop", "stop abroad", "start"))
    unsure = is_alarm and (sure < case.limits.alarm_alone or few) and not spelt
    return Said(act, case.heard.text, round(sure, 4), "model" if is_alarm else None, unsure)


def _likeliest(likely: Mapping[str, float]) -> tuple[str, ...]:
    named = sorted((label for label in likely if label not in TALK), key=lambda label: -likely[label])
    return tuple(named[:2])


def _is_something_else(alarm: Alarm, sure: float, case: Case) -> bool:
    """ "Can I get that in writing", of an offer that waits, is no wish for proof of the debt."""
    others = (p for label, p in case.heard.likely.items() if label.partition(":")[0] not in ALARMS)
    return alarm.needs_check and sure < case.limits.alarm and max(others, default=0) >= case.limits.sure_otherwise


def _alarms(case: Case) -> Iterable[Said]:
    """What a reviewed phrase caught, unless all the words around it say otherwise."""
    for alarm in case.heard.alarms:
        sure = case.likely(alarm.intent)
        if alarm.intent not in IN_DANGER and (sure < case.limits.contradicted or _is_something_else(alarm, sure, case)):
            continue
        doubted = alarm.needs_check or sure < case.limits.alarm_phrase
        if (doubted or alarm.intent not in IN_DANGER) and alarm.intent in _asked_about(case):
            continue
        if doubted and alarm.intent not in IN_DANGER and (alarm.is_denied or "no" in case.heard.begins):
            continue  # "no, no complaint, I only ask"; "it is not a wrong number"
        act = act_for(alarm.intent, case.heard, case.scene)
        yield Said(act, case.heard.text, 1.0, alarm.by, doubted)
