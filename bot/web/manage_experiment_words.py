"""An experiment in a manager's words: what is compared, how long it takes, and what can be said of it now."""

from __future__ import annotations

from bot import experiments
from bot.core import Money
from bot.experiments import Design, Experiment, Reading, Size, State

OUTCOMES = {
    "agreed": "debtors who agree on something within {days} days",
    "collected": "cash from each debtor within {days} days",
    "kept": "debtors whose agreement stands {days} days later",
}
GUARDS = {
    "opted_out": "opt out of a channel",
    "disputed": "dispute the debt",
    "complained": "complain",
    "broken": "break what they agreed on",
}
STATES = {
    State.PROPOSED: "waits for a second manager",
    State.WITHDRAWN: "withdrawn",
    State.REJECTED: "sent back",
    State.RUNNING: "runs",
    State.STOPPED: "stopped",
}
STEPS = {
    "proposed": "set up", "withdrawn": "withdrawn", "rejected": "sent back", "started": "started", "stopped": "stopped",
}  # fmt: skip


def outcome(design: Design) -> str:
    return OUTCOMES[design.outcome].format(days=design.days)


def size_of(value: float, design: Design, *, signed: bool = False) -> str:
    """ "2.4 points", "$4.10", or with a sign; a minus is a minus."""
    sign = ("+" if value > 0 else "\u2212" if value < 0 else "") if signed else ""
    if design.is_money:
        return f"{sign}{Money(abs(round(value)), design.currency).text('en')}"
    return f"{sign}{abs(value) * 100:.1f}\u00a0points"


def level_of(value: float, design: Design) -> str:
    """An outcome itself, not a difference."""
    return Money(round(value), design.currency).text("en") if design.is_money else percent(value)


def percent(value: float) -> str:
    return f"{value * 100:.1f}\u00a0%"


def points(value: float) -> str:
    return f"{value * 100:.1f}\u00a0points"


def at_least(found: experiments.Beside) -> str:
    """By how much more of its debtors the challenger does a harm."""
    if found.at_least <= 0:
        return "not certain yet"
    return f"{points(found.at_least)} within {found.days} days"


def evidence(value: float) -> str:
    return "over 1,000" if value > 1_000 else f"{value:.1f}"


def within() -> str:
    *some, last = experiments.WITHIN
    return f"{', '.join(map(str, some))} and {last}"


def ramp(design: Design) -> str:
    *steps, last = design.ramp
    told = [f"{step.share_pct} % for {step.days} day{'s' * (step.days > 1)}" for step in steps]
    return ", then ".join([*told, f"{last.share_pct} %"])


def how_long(size: Size, design: Design) -> str:
    """The answer before the start, as sentences."""
    limit, least = experiments.LIMIT_WEEKS, size_of(design.smallest, design)
    traffic = f"{size.weekly:.0f} debtors a week begin to negotiate"
    if not size.known:
        so_far = traffic if size.weekly else "Nobody has begun to negotiate in eight weeks"
        return f"{so_far}, and of nobody is the outcome known yet: how long it takes, your data cannot say."
    usual = f"of {size.known:,} whose days are over, it was {level_of(size.mean, design)}"
    shows = (
        f" In {limit} weeks only a difference of {size_of(size.in_limit, design)} or more would show."
        if size.in_limit is not None and size.in_limit > design.smallest
        else ""
    )
    if size.weeks is None or size.debtors is None:
        return f"A difference of {least} cannot be decided with your traffic in {limit} weeks, nor in three years: {traffic}; {usual}.{shows}"
    takes = f"about {size.weeks} weeks and {size.debtors:,} debtors: {traffic}; {usual}"
    if size.is_decided_in_time:
        return f"A difference of {least} is decided in {takes}."
    return f"A difference of {least} cannot be decided with your traffic in {limit} weeks. It takes {takes}.{shows}"


def answer(experiment: Experiment, reading: Reading | None) -> str:
    """The title of its page."""
    if experiment.state not in (State.RUNNING, State.STOPPED):
        return f"{experiment.name}: {STATES[experiment.state]}"
    said = _said(experiment.design, reading)
    return f"Stopped. {said}" if experiment.state is State.STOPPED else said


def _said(design: Design, reading: Reading | None) -> str:
    found = experiments.verdict(reading, design)
    if reading is None or found == "nothing":
        return "Nothing was read yet"
    if found == "uneven":
        return "The split is not what chance gives: nothing is read"
    if reading.lower is None or reading.upper is None:
        return f"Too early: of {reading.champion[1]} and {reading.challenger[1]} debtors the outcome is known"
    lower, upper = (size_of(one, design, signed=True) for one in (reading.lower, reading.upper))
    lower = lower.removesuffix("\u00a0points")
    if found == "small":
        return f"No difference worth knowing: between {lower} and {upper}"
    begins = {"better": "The challenger is better", "worse": "The challenger is worse", "open": "Not decided yet"}[found]
    return f"{begins}: between {lower} and {upper}"
