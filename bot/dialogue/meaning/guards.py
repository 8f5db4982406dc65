"""When a row of the table fits: what the message says, in its scene, beside what was learned of it."""

from __future__ import annotations

from bot.dialogue.meaning import asked_for, tapped
from bot.dialogue.meaning.case import Case
from bot.dialogue.meaning.excluded import weekdays_out
from bot.dialogue.meaning.naming import debts_or_place, turns_down_all
from bot.dialogue.meaning.options import earlier_meant, stands_in
from bot.dialogue.meaning.order import ALARMS, QUESTIONS, kind
from bot.dialogue.meaning.weighing import learned, names_another_account, names_fewer_accounts

FEW_WORDS = 3
_SHORT = 10
WISHES = frozenset({"propose", "pay", "promise", "move", "choose", "change_amount", "change_rhythm"})
_PLAIN_YES, _YES = 0.9, 0.8
"""So much of a yes in a clause, and it is one; in one that begins with a yes. Who says yes by naming the figures once more
says little else.
"""
_OF_A_MONTH = ("monthly", "semimonthly", "quarterly")
_HANGING = ("..", "…")
_TERMS_OPEN = ("accept", "choice", "terms")


def offer_repeated(case: Case) -> bool:
    """Every figure they name is one of the offer that waits: "51 a month" to $51.04 a month."""
    offer, figures = case.waiting, case.heard.figures.offered
    if offer is None or not figures or not _only_names_figures(case):
        return False
    return all(stands_in(one.what, offer) for one in figures) and bool(case.heard.figures.money())


def _only_names_figures(case: Case) -> bool:
    """In few words, and nothing that asks or takes back."""
    if case.heard.is_question or case.likely("refuse") > case.limits.more:
        return False
    return "no" not in case.heard.begins and not case.heard.holds_back and case.heard.words <= _SHORT


def yes_with_its_figures(case: Case) -> bool:
    """ "I'll call about the cash then. Yeah go ahead and set up the 40 from the 28th": a clause of it is a yes, nothing
    asks or takes it back, and every figure is one of the offer that waits. Without figures the clause begins with a yes.
    """
    offer, heard = case.waiting, case.heard
    if names_another_account(case) or names_fewer_accounts(case):
        return False
    taken_back = any(one.holds_back for one in heard.clauses if not one.text.endswith("?"))
    if offer is None or heard.figures.vague or _asks_of_it(case) or taken_back or "no" in heard.begins:
        return False
    if case.likely("refuse") >= case.limits.more or not all(
        stands_in(one.what, offer) for one in heard.figures.offered
    ):
        return False
    if heard.figures.offered and case.likely("accept") >= case.limits.binding:
        return any(one.likely.get("accept", 0) >= _PLAIN_YES for one in heard.clauses)
    return any(one.begins_with_yes and one.likely.get("accept", 0) >= _YES for one in heard.clauses)


def one_of_several(case: Case) -> bool:
    """ "Not both, just the one", to terms for both."""
    is_for_several = case.asks("accept") and len(case.scene.talking_of) > 1
    return is_for_several and turns_down_all(case.heard.text, case.scene)


def yes_for_fewer(case: Case) -> bool:
    """ "Yes, for the gym", "mine is the 8851, just that one": the same terms, for it."""
    says_other = case.heard.figures.offered or {"propose", "pay", "promise", "divide"} & {*map(kind, learned(case))}
    return names_fewer_accounts(case) and not says_other and case.likely("accept") >= case.limits.more


def _asks_of_it(case: Case) -> bool:
    """A question that is more than one of what is so: "you won't shut it off, right?" beside a yes takes nothing back."""
    asks = [one for one in case.heard.clauses if one.text.endswith("?")]
    plain = all(is_question(one.likeliest) for one in asks)
    return case.heard.is_question and not (asks and plain)


def earlier_offer(case: Case) -> bool:
    """The figures of an offer that was read before: "the 56 a month then"."""
    return bool(case.scene.earlier) and _only_names_figures(case) and earlier_meant(case.heard, case.scene) is not None


def other_figures(case: Case) -> bool:
    """A figure of theirs while an offer waits, and the head hears a yes or nothing clear: it is a proposal."""
    labels = set(learned(case))
    named = {label.partition(":")[0] for label in labels}
    nothing_else = not labels - {"accept"} or "unclear" in labels or case.heard.is_bare or _no_but(labels, case)
    figures = case.heard.figures
    return bool(figures.offered or figures.vague) and not named & (WISHES | ALARMS) and nothing_else


def is_question(label: str) -> bool:
    return label.partition(":")[0] in QUESTIONS


def _no_but(labels: set[str], case: Case) -> bool:
    """ "No, do mondays": a no with figures that are none of the offer's says what they want instead."""
    offer, figures = case.waiting, case.heard.figures.offered
    only_asks = "no" in case.heard.begins and all(map(is_question, labels))
    if offer is None or not figures or "refuse" not in labels and not only_asks:
        return False
    return not any(stands_in(one.what, offer) for one in figures)


def figures_asked_for(case: Case) -> bool:
    figures = case.heard.figures
    if earlier_offer(case) and any(money.minor % 100 for money in figures.money()):
        return False  # a sum with its cents is that of the offer that was read
    return case.asks("terms") and bool(figures.offered) and (case.likely("propose") >= 0.2 or case.heard.is_bare)


def is_tapped(case: Case) -> bool:
    return tapped.label(case.heard.text, case.scene) is not None


def offers_for_debt(case: Case) -> bool:
    """ "The rent, I can do 100 this friday": which one, and what for it."""
    named = {label.partition(":")[0] for label in learned(case)}
    offers = case.heard.figures.money() and not named & {"propose", "promise", "pay", "divide"}
    return case.asks("debt") and bool(offers) and debts_or_place(case.heard.text, case.scene) is not None


def takes_out_a_day(case: Case) -> bool:
    """ "Not mondays", where the offer is no plan by the month, whose days nobody can keep off a weekday."""
    offer, figures = case.waiting, case.heard.figures
    if offer is None or offer.first is None or figures.offered or offer.frequency in _OF_A_MONTH:
        return False
    return case.heard.words <= _SHORT and offer.kind != "pause" and bool(weekdays_out(case.heard.text))


def leaves_out_a_time(case: Case) -> bool:
    """ "Can we skip december", of a plan that is talked about or that they propose. Of one that runs it is the part then."""
    if case.heard.nothing_due is None:
        return False
    if case.asks(*_TERMS_OPEN):
        return True
    is_proposed = case.likely("propose") >= case.limits.more or bool(case.heard.figures.money())
    return case.scene.plan is None and (is_proposed or case.asks("options", "menu", "debt", "relief"))


def agrees(case: Case) -> bool:
    """Yes and nothing else, and nothing that leaves it hanging."""
    return case.says("yes") and not case.heard.is_question and not case.heard.text.rstrip().endswith(_HANGING)


def proves(case: Case) -> bool:
    return any(value is not None for value in vars(case.heard.proofs).values())


def answers_about(case: Case, said: str, *awaited: str) -> bool:
    return case.asks("identity") and case.scene.awaits in awaited and asked_for.says(said, case.heard.text)


def names_debt(case: Case) -> bool:
    few = case.heard.words <= FEW_WORDS + 1
    return few and not case.heard.figures.money() and debts_or_place(case.heard.text, case.scene) is not None


def names_only_a_debt(case: Case) -> bool:
    return names_debt(case) and case.heard.option is None and case.likely("talk_of") >= case.limits.more


def picks(case: Case) -> bool:
    return case.heard.option is not None and case.heard.words <= FEW_WORDS + 2 and not case.heard.figures.money()
