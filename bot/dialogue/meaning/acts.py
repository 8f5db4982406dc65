"""What a message does, given what was asked: typed values that everything above understanding works with.

An intent that already says it is a `Plain` act of that name (`hardship`, `ask_balance`). The others carry what the
words gave; a field that was not said is None or empty. Places (of offers, debts) count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from bot.core import Money
from bot.dialogue.grammar.hours import Window

Pace = Literal["weekly", "biweekly", "semimonthly", "monthly", "quarterly", "every_4_weeks", "payday"]
Wants = Literal["plan", "settlement", "full", "pause", "promise"]
Debts = tuple[int, ...] | Literal["all"]


@dataclass(frozen=True)
class Part:
    """A payment of its own: its day, and an amount or a percentage of what is owed; with neither it is what is left."""

    on: date | None = None
    amount: Money | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class Vague:
    """Words about a day, a sum or a rhythm that call for a question back. `days` are the few days that they may mean,
    `period` the first and last day of the month or week that they name, `rest` when what is left would be paid then.
    """

    question: Literal["payday", "which_date", "amount", "frequency"]
    days: tuple[date, ...] = ()
    period: tuple[date, date] | None = None
    rest: bool = False
    is_month: bool = False
    is_over: bool = False
    """The day that they name has passed."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that a message does."""


@dataclass(frozen=True, kw_only=True)
class Propose(Act):
    """Figures or a rhythm for paying over time or later. `percent` is the share that they would pay."""

    each: Money | None = None
    total: Money | None = None
    percent: Decimal | None = None
    count: int | None = None
    frequency: Pace | None = None
    first: date | None = None
    not_before: bool = False
    """`first` is the earliest day ("after the 10th"), not the day itself."""
    one_later: bool = False
    """They start one payment later than `first`, or than the day that is known, and the message names no rhythm."""
    weekday: str | None = None
    nth: int = 0
    """With `weekday`, that one of each month: 1 to 4, or -1 for the last."""
    days_of_month: tuple[int, ...] = ()
    not_on: tuple[str, ...] = ()
    """Weekdays that they take out, where they name no day."""
    parts: tuple[Part, ...] = ()
    at_most: Money | None = None
    at_least: Money | None = None
    until: date | None = None
    wants: Wants | None = None
    debts: Debts | None = None
    apart: bool = False
    """The amount is for each of the debts and not for all of them together."""
    vague: Vague | None = None
    left_out: tuple[int, ...] = ()
    """Debts that they name beside it, or exclude, and want nothing for here ("only the rent")."""
    nothing_due: tuple[date, date] | None = None
    """The first and the last day of a time in which they pay nothing ("skip december")."""


@dataclass(frozen=True, kw_only=True)
class Plain(Act):
    """What the words say by themselves: the name of an intent. `wish` are the figures that were said with it ("can i
    settle for half", "in 6 payments", "more time until the 20th"), `debts` the accounts that a dispute names, `part` the one sum
    that stands beside a dispute of the amount, `not_at` the hours in which they do not want to hear from us. `plainly`:
    what they take back they deny in so many words, or twice.
    """

    name: str
    wish: Propose | None = None
    debts: Debts | None = None
    part: Money | None = None
    not_at: tuple[Window, ...] = ()
    plainly: bool = False


@dataclass(frozen=True, kw_only=True)
class Pay(Act):
    """Pay now, by a link. `what` is "all", "next", an amount, {parts} or {percent}; None leaves it open."""

    what: Literal["all", "next"] | Money | None = None
    parts: int | None = None
    percent: Decimal | None = None
    on: date | None = None
    debts: Debts | None = None
    vague: Vague | None = None
    """How much, or on which day, is said in words that may mean several things, or a day that has passed."""


@dataclass(frozen=True, kw_only=True)
class Promise(Act):
    """`amount` is "all" where they mean everything that they owe."""

    amount: Money | Literal["all"] | None = None
    on: date | None = None
    debts: Debts | None = None
    vague: Vague | None = None


@dataclass(frozen=True, kw_only=True)
class Choose(Act):
    """`option` is a place among the offers, or in the menu; None when they chose but not which. `earlier` is one among
    those that were read before.
    """

    option: int | None = None
    earlier: int | None = None


@dataclass(frozen=True, kw_only=True)
class Accept(Act):
    pass


@dataclass(frozen=True, kw_only=True)
class Refuse(Act):
    passed_over: bool = False
    """No word of a no: asked about a doubt, they speak of something else."""


@dataclass(frozen=True, kw_only=True)
class Adjust(Act):
    """`to`: less, more, sooner, later, fewer, longer, no_down_payment, or a rhythm."""

    to: str


@dataclass(frozen=True, kw_only=True)
class NoMore(Act):
    pass


@dataclass(frozen=True, kw_only=True)
class CannotSay(Act):
    pass


@dataclass(frozen=True, kw_only=True)
class ThinkItOver(Act):
    pass


@dataclass(frozen=True, kw_only=True)
class Drop(Act):
    """The offer or the change that is talked about; with `person` the wish for one, and whatever is open stays."""

    person: bool = False


@dataclass(frozen=True, kw_only=True)
class Keep(Act):
    pass


@dataclass(frozen=True, kw_only=True)
class AskAbout(Act):
    """`about`, of an offer or a plan: schedule, total, last_payment, why, why_not, missed, changeable, flexible (more in
    good weeks), early, interest, credit, documents, link, pause, forgiven (is the rest gone for good). Of the account:
    waive (can the fees go), barred (is it too old for a court), others (is that all), admit (is a payment a yes to the
    debt). Of what they fear or wait for: shut_off, jail, immigration, travel, garnish, sees (who learns of it), payer
    (may somebody else pay), liable (must I pay for somebody else), visit, person_when, hours, hold, pay_held, next,
    deadline.

    Before they agree: least (the smallest payment), longest (how long at most), first_day (when it would begin),
    which_first and combine (of several), posting (until when a payment counts, how soon it shows), reminder (do you write before each payment), by_hand (is it taken, or do I pay), receipt, after_paid
    (is that the end). Of the account: owner, since (how old), reference, received (did you get what I sent), why_now,
    insurance, assistance (who else might pay). Of what may be taken: home, benefits, bank, taxes. Of us: call, private,
    meaning (of our words), proof (what they need to be known).
    """

    about: str
    debts: Debts | None = None
    """The accounts that a question about an account names."""
    terms: tuple[str, ...] = ()
    """The words of ours that they ask the meaning of, as `jargon` calls them."""


@dataclass(frozen=True, kw_only=True)
class Move(Act):
    """`part` are the first and last day among which the part that they mean is due: "january's", "the one on the 4th"."""

    on: date | None = None
    days: int | None = None
    vague: Vague | None = None
    part: tuple[date, date] | None = None
    debts: Debts | None = None


@dataclass(frozen=True, kw_only=True)
class Skip(Act):
    """`part` as of `Move`."""

    part: tuple[date, date] | None = None
    debts: Debts | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeAmount(Act):
    each: Money | None = None
    debts: Debts | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeRhythm(Act):
    """`each` where an amount came with it: "45 every other friday", to a plan by the month."""

    each: Money | None = None
    frequency: Pace | None = None
    weekday: str | None = None
    days_of_month: tuple[int, ...] = ()
    debts: Debts | None = None


@dataclass(frozen=True, kw_only=True)
class CancelPlan(Act):
    reason: str | None = None
    debts: Debts | None = None


@dataclass(frozen=True, kw_only=True)
class Divide(Act):
    """One payment over several debts: (place, amount or "rest"), or "evenly"; `total` where they named it."""

    shares: tuple[tuple[int, Money | Literal["rest"]], ...] | Literal["evenly"] = "evenly"
    total: Money | None = None
    each: Money | None = None
    """The same for each of them."""
    only: bool = False
    """Nothing now for the debts that are not among the shares."""


@dataclass(frozen=True, kw_only=True)
class TalkOf(Act):
    debts: Debts = ()


@dataclass(frozen=True, kw_only=True)
class Identify(Act):
    """Proofs of who they are. `other_date_of_birth` is the second reading of a day like 04/12/1985; `phone` the number
    (E.164) that we may have of them, `code` the six digits that were sent to it. `for_company`: they say that they write
    for one, or name it.
    """

    date_of_birth: date | None = None
    other_date_of_birth: date | None = None
    postcode: str | None = None
    reference: str | None = None
    last4: str | None = None
    name: str | None = None
    phone: str | None = None
    code: str | None = None
    for_company: bool | None = None


@dataclass(frozen=True, kw_only=True)
class IsWell(Act):
    pass


@dataclass(frozen=True, kw_only=True)
class IsNotWell(Act):
    pass


@dataclass(frozen=True, kw_only=True)
class Unclear(Act):
    """Not certain enough to be acted on; the likeliest names first, for the question back."""

    candidates: tuple[str, ...] = ()


_NAMES: dict[type[Act], str] = {
    Propose: "propose", Pay: "pay", Promise: "promise", Choose: "choose", Accept: "accept", Refuse: "refuse",
    Adjust: "adjust", NoMore: "no_more", CannotSay: "cannot_say", ThinkItOver: "think_it_over", Drop: "drop",
    Keep: "keep", AskAbout: "ask_about", Move: "move", Skip: "skip", ChangeAmount: "change_amount",
    ChangeRhythm: "change_rhythm", CancelPlan: "cancel_plan", Divide: "divide", TalkOf: "talk_of",
    Identify: "identify", IsWell: "is_well", IsNotWell: "is_not_well", Unclear: "unclear",
}  # fmt: skip
BY_NAME = {name: kind for kind, name in _NAMES.items()}


def name_of(act: Act) -> str:
    """The act's name: its own, or the intent's."""
    return act.name if isinstance(act, Plain) else _NAMES[type(act)]


@dataclass(frozen=True)
class Said:
    """An act and the words that it was heard in.

    `caught_by` names what caught a matter of safety or law: a reviewed phrase, or the model. With `needs_check` the
    words may mean something else: it is asked about gently before anything is done.
    """

    act: Act
    words: str
    confidence: float = 1.0
    caught_by: str | None = None
    needs_check: bool = False

    @property
    def name(self) -> str:
        return name_of(self.act)


@dataclass(frozen=True)
class Meaning:
    """All that one message does, the most pressing first, each act once; never empty.

    `language` is what it was written in, with how sure that is; `ranking` what the words say by themselves, likeliest
    first; `entities` the values in their public form; `missed` is a question of theirs that was not understood beside
    what was, in their words.
    """

    said: tuple[Said, ...]
    language: Literal["en", "es"]
    language_sure: float
    """0 where the words belong to both languages, or there are none."""
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[dict[str, Any], ...] = ()
    missed: str = ""
