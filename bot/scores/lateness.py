"""Days sales outstanding and lateness of what was due, month by month, as each stood at the close of its last day. Pure.

An amount is open whole until it is paid in full. The figures of `insight` count from the day on which accounts were placed
here; these reach back into the history that a creditor's file brought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.scores.model import Due, Target

MOST = 24
BILLED = 90
"""Days until the close whose amounts are the sales."""


@dataclass(frozen=True)
class Month:
    """`dso` and `delinquent` in days, None where nothing was billed. `late` of `judged`: those whose due day was in it.
    `to_pay` and `when_late` are days on average from the invoice, and after the due day of the late ones, of what was paid.
    """

    last: date
    dso: float | None
    delinquent: float | None
    judged: int
    late: int
    to_pay: float | None
    when_late: float | None


def by_currency(dues: Iterable[Due], today: date) -> dict[str, list[Month]]:
    """Of accounts, the newest first, at most two years back from the last month that is over in which something was due."""
    mine: dict[str, list[Due]] = defaultdict(list)
    for due in dues:
        if due.target is Target.MISS and due.amount.is_positive:
            mine[due.amount.currency].append(due)
    return {currency: list(_months(some, today)) for currency, some in mine.items()}


def _months(mine: Sequence[Due], today: date) -> Iterator[Month]:
    first = min(due.due_on for due in mine)
    after = min(today, max(due.due_on for due in mine) + timedelta(days=1)).replace(day=1)
    for _ in range(MOST):
        close = after - timedelta(days=1)
        if close < first:
            return
        yield month(mine, close)
        after = close.replace(day=1)


def month(dues: Sequence[Due], close: date) -> Month:
    after = close + timedelta(days=1)
    open_then = [due for due in dues if due.begun_on <= close and due.ended(after) is None]
    owed, past_due = _sum(open_then), _sum(due for due in open_then if due.due_on < close)
    billed = _sum(due for due in dues if close - timedelta(days=BILLED) < due.begun_on <= close)
    judged = [due for due in dues if due.missed is not None and due.due_on.replace(day=1) == close.replace(day=1)]
    paid = [(due, end) for due in dues if (end := due.ended(after)) is not None and end.replace(day=1) == close.replace(day=1)]
    late = [(end - due.due_on).days for due, end in paid if end > due.due_on]
    return Month(
        close, owed * BILLED / billed if billed else None, past_due * BILLED / billed if billed else None, len(judged),
        sum(bool(due.missed) for due in judged), _mean([(end - due.begun_on).days for due, end in paid]), _mean(late),
    )  # fmt: skip


def _sum(dues: Iterable[Due]) -> int:
    return sum(due.amount.minor for due in dues)


def _mean(days: Sequence[int]) -> float | None:
    return sum(days) / len(days) if days else None
