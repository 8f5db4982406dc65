"""Sets of messages with their scenes, as strangers wrote them, against what is understood: only figures come out.

JSON lines {"text", "reference", "language", "scene", "acts", "or", "entities"}; `or` are other readings that are as fair.
A line counts where it has something to compare: acts, entities, or both.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.dialogue.meaning.order import ALARMS, BINDING
from bot.dialogue.nlu.pipeline import Understanding
from bot.dialogue.parsing import parse
from bot.dialogue.report.figures import Share

Act = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """`readings` are the fair ones, each a list of acts; `heard` is what came out, `checked` the names to be asked about."""

    readings: Sequence[Sequence[Act]] | None
    heard: Sequence[Act]
    checked: frozenset[str]
    values: Sequence[str] | None
    values_heard: Sequence[str]

    @property
    def names(self) -> set[str]:
        return {act["act"] for act in self.heard}

    @property
    def meant(self) -> list[set[str]]:
        return [{act["act"] for act in reading} for reading in self.readings or ()]


def score(understanding: Understanding, paths: Iterable[Path]) -> dict[str, Share]:
    """Every figure over all lines of the files. Raises ValueError for a line that is not JSON."""
    lines = [_line(understanding, told) for path in paths for told in _lines(path)]
    return dict(_figures(lines))


def shown(figures: Mapping[str, Share]) -> str:
    wide = max(map(len, figures), default=0)
    return "\n".join(
        f"{name:<{wide}}  {share.hits:>5} of {share.of:<5} {share.value:.3f}  "
        f"[{share.interval[0]:.3f} {share.interval[1]:.3f}]"
        for name, share in figures.items()
        if share.of
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as wrong:
                raise ValueError(f"{path}, line {number}: {wrong}") from None


def _line(understanding: Understanding, told: Mapping[str, Any]) -> Line:
    reference = datetime.fromisoformat(told.get("reference", "2026-11-23T10:00:00-05:00").replace("Z", "+00:00"))
    found = parse(understanding, told["text"], reference, told.get("scene"), told.get("language", ""))
    return Line(
        readings=[told["acts"], *told.get("or", ())] if "acts" in told else None,
        heard=found["acts"],
        checked=frozenset(found["asked_about"]),
        values=_written(told["entities"]) if "entities" in told else None,
        values_heard=_written(found["entities"]),
    )


def _written(values: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in values)


def _figures(lines: Sequence[Line]) -> Iterator[tuple[str, Share]]:
    acts = [line for line in lines if line.readings is not None]
    alarms = [line for line in acts if line.meant[0] & ALARMS]
    quiet = [line for line in acts if not any(names & ALARMS for names in line.meant)]
    several = [line for line in acts if len(line.meant[0]) > 1]
    values = [line for line in lines if line.values is not None]
    yield "acts by name", _share(acts, lambda line: line.names in line.meant)
    yield "acts with their fields", _share(acts, _with_fields)
    yield "first act right", _share(acts, _first_right)
    yield "a commitment that nobody made", _share(acts, _bound)
    yield "alarms noticed", _share(alarms, lambda line: bool(line.names & ALARMS))
    yield "alarms exactly right", _share(alarms, lambda line: (line.names & ALARMS) in [m & ALARMS for m in line.meant])
    yield "alarms acted on at once", _share(alarms, lambda line: bool(line.names & ALARMS - line.checked))
    yield "false alarms", _share(quiet, lambda line: bool(line.names & ALARMS))
    yield "false alarms acted on at once", _share(quiet, lambda line: bool(line.names & ALARMS - line.checked))
    yield "several acts, all heard", _share(several, lambda line: any(meant <= line.names for meant in line.meant))
    yield "several acts, first right", _share(several, _first_right)
    yield "values exactly right", _share(values, lambda line: line.values_heard == line.values)
    wrong = sum(sum((Counter(line.values_heard) - Counter(line.values or ())).values()) for line in values)
    yield "values that nobody meant", Share(wrong, sum(len(line.values_heard) for line in values))
    yield (
        "messages with such a value",
        _share(values, lambda line: bool(Counter(line.values_heard) - Counter(line.values))),
    )


def _share(lines: Sequence[Line], hit: Callable[[Line], bool]) -> Share:
    return Share(sum(1 for line in lines if hit(line)), len(lines))


def _with_fields(line: Line) -> bool:
    heard = _written(map(_told, line.heard))
    return any(_written(map(_told, reading)) == heard for reading in line.readings or ())


def _told(act: Act) -> Act:
    """Which acts an unclear message may have meant is no part of what it means."""
    return {key: value for key, value in act.items() if key != "candidates"}


def _first_right(line: Line) -> bool:
    firsts = {reading[0]["act"] if reading else None for reading in line.readings or ()}
    return (line.heard[0]["act"] if line.heard else None) in firsts


def _bound(line: Line) -> bool:
    return bool((line.names & BINDING) - set().union(*line.meant))
