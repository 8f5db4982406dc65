"""The one table that joins what was learned, the figures and the cues. The first row that fits decides.

A row reads: its name, when it fits, what the message then does. Each has a situation in `tests/meaning/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from bot.dialogue.meaning import asked_for, tapped
from bot.dialogue.meaning.acts import AskAbout, Choose, Identify, Plain, Propose, Refuse, Said, Unclear
from bot.dialogue.meaning.alarms import alarms_of, is_released, only_asked, tells_a_habit, was_denied
from bot.dialogue.meaning.case import CHOSEN, Case, Limits
from bot.dialogue.meaning.cues import Cues
from bot.dialogue.meaning.disputed import for_the_others
from bot.dialogue.meaning.fields import act_for, is_for_company
from bot.dialogue.meaning.guards import (
    FEW_WORDS,
    WISHES,
    agrees,
    answers_about,
    earlier_offer,
    figures_asked_for,
    is_question,
    is_tapped,
    leaves_out_a_time,
    names_debt,
    names_only_a_debt,
    offer_repeated,
    offers_for_debt,
    one_of_several,
    other_figures,
    picks,
    proves,
    takes_out_a_day,
    yes_for_fewer,
    yes_with_its_figures,
)
from bot.dialogue.meaning.heard import PHRASES, Heard
from bot.dialogue.meaning.naming import debts_named
from bot.dialogue.meaning.nothing_due import with_nothing_due
from bot.dialogue.meaning.options import with_our_figures
from bot.dialogue.meaning.order import ALARMS, DISPUTES, IN_DANGER, TALK, rank
from bot.dialogue.meaning.proposed import proposals
from bot.dialogue.meaning.reach import widened
from bot.dialogue.meaning.released import disputed_in_words
from bot.dialogue.meaning.reminded import with_reminder
from bot.dialogue.meaning.retold import retold
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.started_over import without_taken_back
from bot.dialogue.meaning.told_only import without_days_told
from bot.dialogue.meaning.weighing import (
    asked_about,
    is_confirmed,
    is_denied,
    is_well,
    learned,
    passes_over,
    with_what_is_released,
    without_the_person,
)

NOTHING = "nothing"
MOST = 4
_ANSWERS_NOTHING = frozenset({"accept", "refuse", "choose", "cannot_say"})
_AGENT = frozenset({"AGENT", "AGENTE"})
_MARKS = ".,;:!?¿¡\"'()"


Then = Callable[[Case], "Iterable[str] | None"]


def _always(*labels: str) -> Then:
    return lambda case: labels


def _their_figures(case: Case) -> list[str]:
    """With the questions beside them, but for a message that is hardly more than figures."""
    beside = [] if case.heard.is_bare else [one for one in _with(case, "propose")[1:] if is_question(one)]
    return ["propose", *beside]


def _no_preference(case: Case) -> list[str]:
    """Whatever else was heard, and not when to write to them."""
    return [one for one in _with(case, "propose")[1:] if one != "contact_preference"]


_HEARD_AS = frozenset(
    {"skip", "move", "cannot_pay", "needs_time", "contact_preference", "autopay_off", "drop", "no_more"}
)
_ASKED_AS = frozenset({
    "ask_about:pause", "ask_about:changeable", "ask_about:flexible", "ask_about:missed", "ask_about:first_day",
})  # fmt: skip


def _with_a_time_left_out(case: Case) -> list[str]:
    """No refusal, no leaving out of a part and no word of trouble, which is what the wish is heard as otherwise."""
    return [one for one in _with(case, "propose") if one.partition(":")[0] not in _HEARD_AS and one not in _ASKED_AS]


@lru_cache(maxsize=1)
def _greetings() -> Cues:
    return Cues.read(PHRASES.with_name("table") / "greetings.yml")


_YES_OR_NO = ("accept", "cancel", "change", "shares", "meant", "options", "person", "else", "debt")
_WHICH = ("else", "choice", "menu", "relief", "move", "terms", "identity", "ahead")

_OF_A_COMPANY = frozenset({"third_party", "wrong_person", "cannot_say"})

ROWS: tuple[tuple[str, Callable[[Case], bool], Then], ...] = (
    ("STOP", lambda c: c.says("stop"), _always("opt_out")),
    ("STOP in another language", lambda c: c.says("stop abroad"), _always("opt_out")),
    ("START", lambda c: c.says("start") and c.scene.asked is None, _always("opt_in")),
    ("HELP", lambda c: c.says("help"), _always("help")),
    ("a button of the question", is_tapped, lambda c: [str(tapped.label(c.heard.text, c.scene))]),
    ("yes, I am all right", lambda c: c.asks("safe") and c.says("yes"), _always("is_well")),
    ("no, I am not all right", lambda c: c.asks("safe") and c.says("no"), _always("is_not_well")),
    ("all right, and more", lambda c: c.asks("safe") and is_well(c), lambda c: _once_answered(c, "is_well")),
    ("yes, that, and more", lambda c: c.asks("meant") and is_confirmed(c), lambda c: _once_answered(c, "accept")),
    ("no, and what they meant", lambda c: c.asks("meant") and is_denied(c), lambda c: _once_answered(c, "refuse")),
    ("they write for a company", lambda c: is_for_company(c.heard, c.scene), lambda c: _for_company(c)),
    ("a proof when asked who they are", lambda c: c.asks("identity") and proves(c), lambda c: _proof_and_wish(c)),
    ("a proof unasked", lambda c: proves(c), lambda c: _beside(c, "identify")),
    ("the phone that we have is gone", lambda c: answers_about(c, "phone gone", "phone", "code"), _always("no_more")),
    ("no code came", lambda c: answers_about(c, "not come", "code"), _always("repeat")),
    (
        "they lack what is asked for",
        lambda c: c.asks("identity") and asked_for.says("lacks", c.heard.text),
        _always("cannot_say"),
    ),
    ("the number of an option", lambda c: c.asks("choice", "menu") and picks(c), _always("choose")),
    ("the place of a debt", lambda c: c.asks("debt") and names_debt(c), _always("talk_of")),
    (
        "a debt, and no option, where they choose",
        lambda c: c.asks("choice") and names_only_a_debt(c),
        _always("talk_of"),
    ),
    ("a time in which nothing is paid", leaves_out_a_time, _with_a_time_left_out),
    ("figures beside the debt that was asked for", offers_for_debt, lambda c: _with(c, "propose")),
    ("figures when asked for them", figures_asked_for, lambda c: _with(c, "propose")),
    ("one of several, and not which", one_of_several, lambda c: _with(c, "talk_of")),
    ("a yes for fewer accounts than the terms are for", yes_for_fewer, lambda c: _with(c, "talk_of")),
    ("the figures of the offer that waits", offer_repeated, lambda c: _with(c, "accept")),
    ("a plain yes, and the figures of the offer", yes_with_its_figures, lambda c: _with(c, "accept")),
    ("the figures of an offer that was read earlier", earlier_offer, lambda c: _with(c, "choose")),
    ("yes to a yes-or-no question", lambda c: c.asks(*_YES_OR_NO) and agrees(c), _always("accept")),
    ("no to any question", lambda c: c.asks(*_YES_OR_NO, *_WHICH) and c.says("no"), _always("refuse")),
    ("yes where there is nothing to say yes to", lambda c: c.asks(*_WHICH[1:]) and agrees(c), _always("unclear")),
    ("yes or no to nothing", lambda c: c.scene.asked is None and (c.says("yes") or c.says("no")), _always(NOTHING)),
    ("a weekday that is taken out of the offer", takes_out_a_day, lambda c: ["propose", *_no_preference(c)]),
    ("a greeting and no more", lambda c: "greeting" in _greetings().said(c.heard.text), _always("greet")),
    ("nothing that anybody knows", lambda c: c.heard.is_nonsense, _always("unclear")),
    (
        "other figures than those of the offer",
        lambda c: c.asks("accept") and other_figures(c),
        lambda c: _their_figures(c),
    ),
    ("as learned", lambda c: True, lambda c: learned(c)),
)


def _once_answered(case: Case, label: str) -> list[str]:
    """The answer, and whatever else was heard but what we had asked about."""
    answered, sure = (
        asked_about(case) | {"is_not_well", "is_well", "accept", "refuse", "unclear", NOTHING},
        case.limits,
    )
    rest = (
        one for one in learned(case)
        if one.partition(":")[0] not in answered or one in IN_DANGER and case.likely(one) >= sure.alarm_alone
    )  # fmt: skip
    found = [label, *(one for one in rest if one != label)]
    names_terms = bool(case.heard.figures.money()) and bool(case.heard.figures.days())
    if label == "is_well" and names_terms and len(found) == 1:
        return [*found, "propose"]
    wished = {one.partition(":")[0] for one in found} & WISHES
    return found if wished or label == "refuse" else [*found, *_wished_in_a_clause(case)]


def _wished_in_a_clause(case: Case) -> list[str]:
    """ "Yes take it back!! And lets do it all in one go on jan 5": beside the answer a clause with figures is a wish."""
    if not case.heard.figures.offered:
        return []
    plain = [one for one in case.heard.clauses if one.likeliest.partition(":")[0] in WISHES and not one.is_question]
    shares = {one.likeliest: one.likely[one.likeliest] for one in plain}
    best = max(shares, key=lambda label: shares[label], default="")
    return [best] if best and shares[best] >= case.limits.clause else []


def _proof_and_wish(case: Case) -> list[str]:
    """What else they say, and no answer to anything but who they are."""
    return [one for one in _beside(case, "identify") if one.partition(":")[0] not in _ANSWERS_NOTHING]


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
    return [label, *(one for one in learned(case) if one.partition(":")[0] not in about_money)]


def _alarms(case: Case) -> list[Said]:
    """ "On behalf of our company" is no word of a relative or carer."""
    dropped = _OF_A_COMPANY if is_for_company(case.heard, case.scene) else frozenset()
    return [one for one in alarms_of(case) if one.name not in dropped]


def _for_company(case: Case) -> list[str]:
    """This, and what they want; that somebody else writes than who owes is no news then."""
    return [one for one in _beside(case, "identify") if one not in _OF_A_COMPANY]


def _beside(case: Case, label: str) -> list[str]:
    """This, and everything else that was heard."""
    return [label, *(one for one in learned(case) if one not in ("unclear", NOTHING))]


def as_meant(heard: Heard, scene: Scene) -> Heard:
    """Without what they take back or only tell, and with the time that they leave out."""
    heard = with_our_figures(_answered_barely(heard, scene), scene)
    heard = with_nothing_due(without_taken_back(heard), scene)
    return without_days_told(heard, scene)


def joined(heard: Heard, scene: Scene, limits: Limits = CHOSEN) -> tuple[Said, ...]:
    """All that the message does, the most pressing first, each act once; never empty."""
    case = Case(as_meant(heard, scene), scene, limits)
    labels = next(found for _, fits, then in ROWS if fits(case) and (found := then(case)) is not None)
    if "help" in labels and not case.says("help") and not scene.verified:
        wanted = "ask_origin" if case.likely("ask_origin") >= case.limits.hint else "greet"
        labels = [wanted if one == "help" else one for one in labels]  # "can you help me?": once we know who it is
    labels = [*labels, *(["talk_to_human"] if _calls_for_an_agent(heard.text) else [])]
    labels = with_reminder(without_the_person(with_what_is_released(labels, case), case), case)
    labels += ["identify"] * (proves(case) and "identify" not in labels)  # whatever else they answer
    heard_as = (*(one for label in labels for one in _all_said(label, case)), *_alarms(case))
    heard_as = tuple(
        replace(one, needs_check=True) if only_asked(one, case) or tells_a_habit(one, case) else one for one in heard_as
    )
    heard_as = (*(_confirmed_of(one, case) for one in heard_as), *_disputed_in_words(heard_as, case))
    meant = [
        one
        for one in widened(_without_rivals(heard_as), case)
        if not was_denied(one, case) and not is_released(one, case)
    ]
    said = {_key(one): one for one in _figures_once(for_the_others(_without_empty_wish(_without_empty_choice(meant))))}
    said = said or {("unclear",): _said("unclear", case)}
    ordered = sorted(said.values(), key=lambda one: _place(one, case))
    pressing = [one for one in ordered if one.name not in TALK] or ordered
    matters = [one for one in pressing if one.name != "identify"][:MOST]
    return tuple(
        one for one in pressing if one.name == "identify" or one in matters
    )  # who they are is no matter too many


def _confirmed_of(said: Said, case: Case) -> Said:
    """ "Yes, of the gym, not the clinic", to whether they dispute something: the account is the one that they name."""
    doubt = case.scene.candidates[0] if len(case.scene.candidates) == 1 else ""
    if said.name != "accept" or not case.asks("meant") or doubt not in DISPUTES or not case.heard.clauses:
        return said
    named = debts_named(case.heard.clauses[0].text, case.scene)
    return replace(said, act=Plain(name=doubt, debts=named)) if isinstance(named, tuple) and len(named) == 1 else said


def _disputed_in_words(heard_as: Iterable[Said], case: Case) -> Iterable[Said]:
    """Where nothing of a dispute is sure: what else they say drowns it, and it is never passed over."""
    if any(one.name in DISPUTES and not one.needs_check for one in heard_as):
        return
    for place, only_asks in disputed_in_words(case.heard.text, case.scene).items():
        if not case.scene.debts[place - 1].held:
            yield Said(
                Plain(name="not_my_debt", debts=(place,)), case.heard.text, caught_by="words", needs_check=only_asks
            )


def _without_empty_choice(said: list[Said]) -> list[Said]:
    """Of a choice that names none of them nothing follows, where they say anything else."""
    rest = [one for one in said if not (isinstance(one.act, Choose) and one.act.option is None)]
    return rest if any(one.name not in TALK for one in rest) else said


def _without_empty_wish(said: list[Said]) -> list[Said]:
    """ "What is a pause?" wishes for none, and "in spring or little by little, what are my choices?" for no day."""
    asks_pause = any(isinstance(one.act, AskAbout) and one.act.about == "pause" for one in said)
    asks_choices = any(one.name == "ask_options" for one in said)

    def is_empty(one: Said) -> bool:
        if not isinstance(one.act, Propose):
            return False
        bare = replace(one.act, vague=None, debts=None, wants=None)
        if bare != Propose():
            return False
        return asks_pause if one.act.wants == "pause" else asks_choices and one.act.wants is None

    return [one for one in said if not is_empty(one)]


def _figures_once(said: list[Said]) -> list[Said]:
    """ "25 a week. Is there a discount if I pay at once?": the figures are those of the proposal, and of no wish beside it."""
    if not any(isinstance(one.act, Propose) for one in said):
        return said
    return [replace(one, act=replace(one.act, wish=None)) if isinstance(one.act, Plain) else one for one in said]


def _calls_for_an_agent(text: str) -> bool:
    """The word that every text of ours names for getting a person, as it is written there, wherever it stands."""
    words = [word.strip(_MARKS) for word in text.split()]
    return bool(_AGENT & set(words)) and (len(words) <= FEW_WORDS or not text.isupper())


def _answered_barely(heard: Heard, scene: Scene) -> Heard:
    """Who is asked for a figure and answers with hardly more than one means it, whatever such words are about elsewhere."""
    figures = heard.figures.all
    if scene.asked != "terms" or len(figures) != 1 or heard.figures.offered or heard.words > FEW_WORDS:
        return heard
    return replace(heard, figures=replace(heard.figures, all=(replace(figures[0], about=""),)))


def _place(said: Said, case: Case) -> int:
    """Whether they meant it, or are safe, is answered first: what else they say is heard in that light."""
    answers = {"meant": ("accept", "refuse"), "safe": ("is_well",)}.get(case.scene.asked or "", ())
    if isinstance(said.act, Identify) and said.act == Identify(name=said.act.name):
        return rank("repeat")  # a name proves nothing
    return -1 if said.name in answers else rank(said.name)


def _without_rivals(heard: Iterable[Said]) -> list[Said]:
    """Of disputes that are in doubt only the likeliest, and none beside one that is sure; a person, and not what we are."""
    said = list(heard)
    if any(one.name == "talk_to_human" for one in said):  # "a real person" does not ask what we are as well
        said = [one for one in said if one.name != "bot_challenge"]
    disputes = [one for one in said if one.name in DISPUTES]
    doubted = sorted((one for one in disputes if one.needs_check), key=lambda one: -one.confidence)
    dropped = doubted if len(doubted) < len(disputes) else doubted[1:]
    return [one for one in said if one not in dropped]


def _all_said(label: str, case: Case) -> tuple[Said, ...]:
    """What is wished for several debts, each with a sum of its own, is a wish for each."""
    label = retold(label, case)
    first = _said(label, case)
    name, _, value = label.partition(":")
    if name != "propose":
        return (first,)
    return tuple(replace(first, act=one) for one in proposals(case.heard, case.scene, value))


def _key(said: Said) -> tuple[object, ...]:
    """Each act once; a question about one thing is another than that about the next, and so is a wish for one debt."""
    return said.name, getattr(said.act, "about", None), getattr(said.act, "debts", None)


def _said(label: str, case: Case) -> Said:
    act = act_for(label, case.heard, case.scene)
    if isinstance(act, Refuse) and case.asks("meant"):
        act = Refuse(passed_over=passes_over(case))
    if isinstance(act, Unclear):
        act = Unclear(candidates=() if case.heard.is_nonsense else _likeliest(case.heard.likely))
    sure = case.heard.likely.get(label, 1.0)
    is_alarm = label in ALARMS
    few = case.heard.words <= FEW_WORDS
    spelt = any(case.says(cue) for cue in ("stop", "stop abroad", "start"))
    unsure = is_alarm and (sure < case.limits.alarm_alone or few) and not spelt
    return Said(act, case.heard.text, round(sure, 4), "model" if is_alarm else None, unsure)


def _likeliest(likely: Mapping[str, float]) -> tuple[str, ...]:
    named = sorted((label for label in likely if label not in TALK), key=lambda label: -likely[label])
    return tuple(named[:2])
