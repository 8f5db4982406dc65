"""The tree of errors.

ParleyError
├── Refusal    a named "no" to a person, with the response that says the next step
└── Problems   all that is wrong with somebody's input, at once

Anything else that is raised is a bug and is left to crash the turn, which then rolls back and runs again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class ParleyError(Exception):
    """Everything that Parley raises on purpose."""


class Refusal(ParleyError):
    """A "no" that a person may hear. `response` names the text, `values` fills its placeholders."""

    response: str = "utter_dialogue_went_wrong"

    def __init__(self, **values: object) -> None:
        self.values: Mapping[str, object] = values
        super().__init__(f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in values.items())})")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input: where, what was expected, what came."""

    where: str
    expected: str
    got: str = ""

    def __str__(self) -> str:
        came = f", got {self.got}" if self.got else ""
        return f"{self.where}: expected {self.expected}{came}"


class Problems(ParleyError):
    """All problems of one input."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
