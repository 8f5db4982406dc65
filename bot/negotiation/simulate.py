"""What a draft would do before it is live: stored cases and what debtors said, replayed under draft and base.

The same cases, log, policies and seed always give the same report, byte for byte.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest

import msgspec

from bot.negotiation.check import problems
from bot.negotiation.fairness import by_group
from bot.negotiation.findings import Coverage, Estimate, Example, Honesty, Moved, Report, Safety, Share
from bot.negotiation.forecast import (
    HORIZONS,
    MINUTES_A_CASE,
    YEARLY_DISCOUNT,
    Figures,
    Forecast,
    Logged,
    Rates,
    break_rate,
    break_rate_interval,
    interval,
    rates,
)
from bot.negotiation.model import Case, Kind, Offer
from bot.negotiation.policy import version
from bot.negotiation.replaying import Account, Ending, Progress, exclusion, replay_all
from bot.negotiation.terms import Policy

_MOST_SEGMENTS, _MOST_CASES, _MOST_EXTREMES = 20, 25, 5
Pair = tuple[Ending, Ending]


@dataclass(frozen=True)
class _Run:
    """What one simulation was given."""

    draft: Policy
    base: Policy
    cases: Sequence[Account]
    log: Sequence[Logged]
    seed: int


def simulate(
    draft: Policy,
    base: Policy,
    cases: Sequence[Account],
    log: Sequence[Logged],
    progress: Progress = lambda done, all_: None,
    *,
    seed: int = 1,
    workers: int = 1,
) -> Report:
    """Replays `cases` under both policies. `log` gives the rates; `progress(done, all)` is called on the way."""
    with _no_collecting():
        return _simulate(_Run(draft, base, cases, log, seed), progress, workers)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """The collector rests: a million small values without a cycle would keep it looking for one, half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _simulate(run: _Run, progress: Progress, workers: int) -> Report:
    draft, base, cases, log, seed = run.draft, run.base, run.cases, run.log, run.seed
    kept = [account for account in cases if exclusion(account) is None]
    pairs = replay_all(kept, draft, base, progress, workers)
    known = rates(log, [ending for pair in pairs for ending in pair])
    todays = [account.case.today for account in kept]
    before = Forecast([old for old, _ in pairs], todays, known)
    after = Forecast([new for _, new in pairs], todays, known)
    gain = after.collected(180) - before.collected(180)
    segments = _segments(kept, pairs, gain)
    return Report(
        currency=draft.currency,
        coverage=_coverage(cases, kept, pairs, log),
        matrix=_matrix(pairs),
        segments=tuple(segments[:_MOST_SEGMENTS]),
        **_extremes(segments),
        examples=_examples(kept, pairs, gain),
        money=_money(before, after, seed),
        break_rate=_break_rate(before, after, seed),
        safety=_safety(pairs, draft),
        fairness=by_group(kept, pairs),
        persons=_pair_count(pairs, lambda ending: ending.how == "person"),
        turns=(sum(old.turns for old, _ in pairs), sum(new.turns for _, new in pairs)),
        sensitivity=_sensitivity(before, after, seed),
        honesty=_honesty(run, known),
    )


def _pair_count(pairs: Sequence[Pair], test: Callable[[Ending], bool]) -> tuple[int, int]:
    return sum(test(old) for old, _ in pairs), sum(test(new) for _, new in pairs)


def _coverage(
    cases: Sequence[Account], kept: Sequence[Account], pairs: Sequence[Pair], log: Sequence[Logged]
) -> Coverage:
    seen = {(entry.how, entry.kind) for entry in log}
    reasons = Counter(reason for account in cases if (reason := exclusion(account)))
    return Coverage(
        replayed=len(kept),
        excluded=dict(reasons),
        with_proposals=sum(bool(account.proposals) for account in kept),
        unsupported=sum((new.how, new.kind) not in seen for _, new in pairs if new.kind),
    )


def _matrix(pairs: Sequence[Pair]) -> Mapping[str, Mapping[str, int]]:
    counted: dict[str, Counter[str]] = {}
    for old, new in pairs:
        same = new.label == old.label and _changed((old, new))
        counted.setdefault(old.label, Counter())[
            f"{new.label}, other {'choices' if new.menu else 'terms'}" if same else new.label
        ] += 1
    return {old: dict(news) for old, news in counted.items()}


def _changed(pair: Pair) -> bool:
    """Another end, other terms, or another choice on the menu."""
    old, new = pair
    return old.label != new.label or _terms_of(old) != _terms_of(new)


def _terms_of(ending: Ending) -> list[tuple[Kind, object]]:
    offers = ending.menu or ((ending.offer,) if ending.offer else ())
    return [(offer.kind, offer.schedule) for offer in offers]


def _shown(pair: Pair) -> tuple[Offer | None, Offer | None]:
    """The offers to put side by side: of a menu the first that differs."""
    old, new = pair
    for before, after in zip_longest(old.menu, new.menu):
        if before is None or after is None or (before.kind, before.schedule) != (after.kind, after.schedule):
            return before, after
    return old.offer, new.offer


def _segment(case: Case) -> str:
    sizes = ((50_000, "below 500"), (250_000, "500 to 2500"))
    size = next((name for below, name in sizes if case.balance.minor < below), "2500 and more")
    ages = ((90, "below 90 days"), (180, "90 to 180 days"), (365, "180 to 365 days"))
    age = next((name for below, name in ages if case.days_past_due < below), "over a year")
    return f"{size}, {age}, {case.product or 'any product'}{', in care' if case.in_care else ''}"


def _segments(kept: Sequence[Account], pairs: Sequence[Pair], gain: Figures) -> list[Moved]:
    """Every segment; those with the most accounts that end differently first."""
    found: dict[str, list[float]] = {}
    for account, pair, more in zip(kept, pairs, gain, strict=True):
        figures = found.setdefault(_segment(account.case), [0, 0, 0.0])
        figures[0] += 1
        figures[1] += _changed(pair)
        figures[2] += more
    moved = [Moved(name, int(n), int(changed), round(more)) for name, (n, changed, more) in found.items()]
    return sorted(moved, key=lambda one: (-one.changed, -abs(one.collected_180), one.segment))


def _extremes(segments: Sequence[Moved]) -> dict[str, tuple[Moved, ...]]:
    ranked = sorted(segments, key=lambda one: (-one.collected_180, one.segment))
    gaining = [one for one in ranked if one.collected_180 > 0]
    losing = [one for one in reversed(ranked) if one.collected_180 < 0]
    return {"best": tuple(gaining[:_MOST_EXTREMES]), "worst": tuple(losing[:_MOST_EXTREMES])}


def _examples(kept: Sequence[Account], pairs: Sequence[Pair], gain: Figures) -> tuple[Example, ...]:
    """The accounts with the largest change, and of equal ones the first by id."""
    changed = [
        (-abs(more), account.id, pair) for account, pair, more in zip(kept, pairs, gain, strict=True) if _changed(pair)
    ]
    changed.sort(key=lambda one: one[:2])
    return tuple(_example(name, pair) for _, name, pair in changed[:_MOST_CASES])


def _example(account: str, pair: Pair) -> Example:
    old, new = pair
    shown = _shown(pair)
    figures = [_figures_of(offer) for offer in shown]
    sides = [value for both in zip(*figures, strict=True) for value in both]
    labels = [f"{one.how} {offer.kind.value}" if offer else one.label for one, offer in zip(pair, shown, strict=True)]
    return Example(account, labels[0], labels[1], old.row, new.row, *sides)


def _figures_of(offer: Offer | None) -> tuple[int, int, int, int]:
    if offer is None:
        return 0, 0, 0, 0
    each = offer.regular.minor if offer.regular else 0
    return offer.total.minor, offer.discount.minor, len(offer.schedule), each


def _estimate(name: str, old: Figures, new: Figures, seed: int) -> Estimate:
    change = new - old
    low, high = interval(change, seed)
    base, draft = round(float(old.sum())), round(float(new.sum()))
    return Estimate(name, base, draft, draft - base, round(low), round(high))


def _money(before: Forecast, after: Forecast, seed: int) -> tuple[Estimate, ...]:
    return (
        *(
            _estimate(f"collected in {days} days", before.collected(days), after.collected(days), seed)
            for days in HORIZONS
        ),
        _estimate("present value", before.present_value(), after.present_value(), seed),
        _estimate("discount given", before.forgiven(), after.forgiven(), seed),
        _estimate("parts in all", before.agreed * before.parts, after.agreed * after.parts, seed),
        _estimate("agreements broken", before.broken(), after.broken(), seed),
    )


def _break_rate(before: Forecast, after: Forecast, seed: int) -> Share:
    old, new = break_rate(before)(None), break_rate(after)(None)
    low, high = break_rate_interval(before, after, seed)
    return Share(*(round(value, 4) for value in (old, new, new - old, low, high)))


def _sensitivity(before: Forecast, after: Forecast, seed: int) -> tuple[Estimate, ...]:
    variants = {
        "if a fifth fewer agree to the draft": (0.8, 1.0),
        "if a fifth more agree to the draft": (1.2, 1.0),
        "if a fifth more parts are missed under the draft": (1.0, 1.2),
    }
    return tuple(
        _estimate(f"collected in 180 days, {name}", before.collected(180), after.collected(180, *variant), seed)
        for name, variant in variants.items()
    )


def _safety(pairs: Sequence[Pair], draft: Policy) -> Safety:
    return Safety(
        violations=dict(Counter(name for _, new in pairs for name in new.violations)),
        problems=tuple(str(problem) for problem in problems(draft)),
        caps=dict(Counter(cap for _, new in pairs for cap in new.caps)),
    )


def _honesty(run: _Run, known: Rates) -> Honesty:
    days = sorted(account.case.today for account in run.cases)
    groups = sorted({group for account in run.cases for group in account.groups})
    return Honesty(
        observed=tuple(f"{rate.name}: {rate.value:.2f} from {rate.seen}" for rate in known.all if rate.seen),
        modelled=(
            *(f"{rate.name}: {rate.value:.2f}, assumed" for rate in known.all if not rate.seen),
            "what debtors would have said next to an offer that they never got",
            "who said nothing gets the whole menu; the figures count what stands first on it",
            f"fairness by {', '.join(groups) or 'no group'} only, each as far as it is known of an account",
            "channel: that of the last conversation with an offer; who was never made one counts in none",
            "no fairness by area: a postcode is kept as a keyed hash, which can be compared but not put into areas",
            "the break rate takes every miss of a part for the end of its agreement",
            "affordability: nobody's income is stored, so no offer is compared with it",
            "that a smaller payment is agreed to more often: all offers of a kind have one rate",
            "a case that goes to a person, a pause or a question brings nothing here",
            f"a case that goes to a person takes {MINUTES_A_CASE} minutes",
            "complaints, disputes, quiet hours and caps of messages: not forecast, the terms do not decide them",
            f"money later is worth {YEARLY_DISCOUNT:.0%} less a year",
        ),
        estimator="direct method: rates by kind of offer; accounts drawn anew 400 times for the intervals",
        effective_sample="not defined: the log has no chances of being offered, only what was offered",
        seed=run.seed,
        window=(str(days[0]), str(days[-1])) if days else ("", ""),
        draft=version(run.draft),
        base=version(run.base),
        data=hashlib.sha256(msgspec.json.encode([run.cases, run.log], order="sorted")).hexdigest(),
    )
