"""Examples by the hundred: how many of them a property tries, and how the rows of a table are one test.

A property tries all of its examples in `make soak`, which also tries new ones, and a tenth in `make test`.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pytest

NEW = "PARLEY_NEW_EXAMPLES" in os.environ
_Size = TypeVar("_Size")
_FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)
"""A row that skips itself has not been looked at, and the rows behind it must be."""


def many(most: int) -> int:
    return most if NEW else most // 10


def every_pair(first: Sequence[Any], second: Sequence[Any], third: Sequence[Any]) -> list[tuple[Any, Any, Any]]:
    """Of all combinations of three those in which each two values meet; every combination in `make soak`.

    Raises ValueError where the last is the longer one of the last two: it could not meet all of the first.
    """
    if len(third) > len(second):
        raise ValueError(f"{len(second)} and then {len(third)}: expected the shortest last")
    if NEW:
        return [*itertools.product(first, second, third)]
    return [
        (one, other, third[(number + place) % len(third)])
        for number, one in enumerate(first)
        for place, other in enumerate(second)
    ]


def walked(sizes: Iterable[_Size]) -> list[_Size]:
    """The windows in which a flow is walked from end to end: the first in `make test`, every one in `make soak`."""
    every = list(sizes)
    return every if NEW else every[:1]


def each_once(first: Sequence[Any], second: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Of all combinations of two so many that every value comes once; every combination in `make soak`."""
    if NEW:
        return [*itertools.product(first, second)]
    most = max(len(first), len(second))
    return [(first[number % len(first)], second[number % len(second)]) for number in range(most)]


def each(
    names: str | Sequence[str], rows: Iterable[Any], named: Callable[[Any], object] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """In place of `pytest.mark.parametrize`, for checks so small that a test of their own would cost more than they do.

    Every row is tried, and each that fails is told with its values, or as it is `named`, and what failed. Fixtures
    are made once for all rows: none of them may be changed by the test. Raises ValueError where there are no rows.
    """
    called = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    cases = [_case(called, row, named) for row in rows]
    if not cases:
        raise ValueError(f"no rows of {', '.join(called)}: nothing would be looked at")

    def of_all(test: Callable[..., None]) -> Callable[..., None]:
        if inspect.iscoroutinefunction(test):
            raise TypeError(f"{test.__name__} would not be awaited")

        @functools.wraps(test)
        def every_row(*this: Any, **fixtures: Any) -> None:
            tried = [(name, _failure(test, case, this, fixtures)) for name, case in cases]
            told = [f"{name}\n{failure}" for name, failure in tried if failure is not None]
            if told:
                pytest.fail("\n\n".join([f"{len(told)} of {len(cases)} fail", *told]), pytrace=False)

        declared = inspect.signature(test)
        left = [one for name, one in declared.parameters.items() if name not in called]
        every_row.__signature__ = declared.replace(parameters=left)  # type: ignore[attr-defined]
        return every_row

    return of_all


def _case(called: Sequence[str], row: Any, named: Callable[[Any], object] | None) -> tuple[object, dict[str, Any]]:
    values = dict(zip(called, row if len(called) > 1 else (row,), strict=True))
    return named(row) if named else ", ".join(f"{name}={value!r}" for name, value in values.items()), values


def _failure(test: Callable[..., None], case: Mapping[str, Any], this: Sequence[Any], fixtures: Any) -> str | None:
    __tracebackhide__ = True
    try:
        test(*this, **case, **fixtures)
    except _FAILURES as error:
        return str(pytest.ExceptionInfo.from_exception(error).getrepr(style="short"))
    return None
