"""What a bank's no means for what comes next. Pure: reference "providers", table of failed instalments.

Never more than three tries for one due day, never one that the bank advised against, and never one that nobody was
told of: a try of another day is a message first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.payments.model import No

MOST_TRIES = 3
"""For one due day. Visa allows 15 in 30 days, Mastercard 10: nobody has to be asked that often."""
NO_MONEY_WAIT = timedelta(days=3)
"""Where nobody has told us a payday."""
BROKEN_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class Next:
    """`again_on`: one more try; None: a link only. `is_over`: what was saved is of no more use."""

    again_on: date | None
    is_over: bool = False


def after(
    no: No | None, *, tries: int, today: date, last: date, is_card: bool, payday: date | None = None
) -> Next:  # fmt: skip
    """After the no number `tries` for one due day; `last` is the last day on which that day's part is still waited for,
    `payday` the next one that they told us.
    """
    comes = _by_the_table(no, tries, today, is_card, payday)
    return comes if comes.again_on is None or comes.again_on <= last else Next(None)


def _by_the_table(no: No | None, tries: int, today: date, is_card: bool, payday: date | None) -> Next:
    if no is No.NEVER:
        return Next(None, is_over=True)
    if no is No.TOGETHER or not is_card or tries >= MOST_TRIES:
        return Next(None)
    if no is No.NO_MONEY:
        return Next(payday or today + NO_MONEY_WAIT) if tries == 1 else Next(None)
    return Next(today + BROKEN_WAIT)
