"""What is said beside an answer to figures: whether there is a discount, what else still stands, and why so much first."""

from __future__ import annotations

from collections.abc import Sequence

from bot import accounts, negotiation
from bot.dialogue import Turn
from bot.dialogue.meaning.acts import Act, Plain, Propose
from bot.negotiation import Countered, FinalOffer, Kind, Made, Proposal, Reason


def is_plan(act: Act) -> bool:
    """Figures for paying over time."""
    if not isinstance(act, Propose) or act.wants not in (None, "plan"):
        return False
    return bool(act.frequency or act.count) or len(act.parts) > 1


def asks_discount(act: Act) -> bool:
    """Whether less would be enough, and no figure with it."""
    if isinstance(act, Plain):
        return act.name == "request_settlement" and (act.wish is None or asks_discount(act.wish))
    return isinstance(act, Propose) and act.wants == "settlement" and not (
        act.each or act.total or act.percent or act.count or act.parts
    )  # fmt: skip


def answer_discount(turn: Turn, debts: Sequence[accounts.Debt]) -> None:
    """Asked in the same message as a plan: on that there is none, and what there is once. The plan is answered next."""
    asked = [said for said in turn.queue if asks_discount(said.act)]
    if not asked:
        return
    turn.queue[:] = [said for said in turn.queue if said not in asked]
    found = [_closing(turn, debt) for debt in debts]
    made = [one.offer for one in found if one is not None]
    if not made or len(made) < len(debts):
        turn.say("utter_negotiation_no_discount")
        return
    total = sum((one.total for one in made[1:]), made[0].total)
    turn.say("utter_negotiation_discount_once", total=total, date=min(one.schedule[0].due for one in made))


def _closing(turn: Turn, debt: accounts.Debt) -> Made | None:
    made = negotiation.options(turn.session, turn.who(), debt.id, turn.now, turn.today)
    return next((one for one in made if one.offer.kind is Kind.SETTLEMENT), None)


def before_counter(
    turn: Turn, made: Made, answer: Countered | FinalOffer, theirs: Proposal | None, *, alone: bool = True
) -> None:
    """What makes an offer of ours understandable: nothing that they see gets worse, dearer first or begins on another day
    than theirs without a word.
    """
    down = answer.values.get("down_payment")
    if down is not None and answer.reason is not Reason.DOWN_PAYMENT_NEEDED:
        turn.say("utter_negotiation_reason_down_payment_needed", down_payment=down)
    first, wished = made.offer.first, theirs.first_date if theirs is not None else None
    if first is not None and wished is not None and first.due < wished and "latest" not in answer.values:
        turn.say("utter_negotiation_reason_first_date_too_late", latest=first.due)
    if made.offer.kind is not Kind.SETTLEMENT_PARTS or not alone:
        return
    once = negotiation.standing_closings(turn.session, turn.who(), made.debt_id, turn.now, turn.today)
    cheapest = min(once, key=lambda one: one.total.minor, default=None)
    if cheapest is not None and cheapest.total < made.offer.total:
        day = cheapest.schedule[0].due
        turn.say("utter_negotiation_once_stands", total=cheapest.total, date=day, amount=made.offer.total)

