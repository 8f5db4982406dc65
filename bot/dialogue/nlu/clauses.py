"""Where one message says several things: the pieces that may be one thing each."""

from __future__ import annotations

import re
from dataclasses import dataclass

_JOINTS = re.compile(
    r"""
    (?<=[:;,.!?])\ \(?[1-9][.)]\ +            # the number before one of several questions
  | [.!?;]+(?=\s|$) | \s*\n\s*               # the end of a sentence, or of a line
  | (?<=[^\W\d_]{2})[.!?;,]+(?=[^\W\d_]{2}|[iy]\ )    # without a space behind it, as thumbs type: "mine first,the other waits"
  | \ {2,}                                     # and without any mark
  | ,\s | \s[-–—]+\s | \s/\s | \s[&+]\s
  | \s(?:and\ also|and\ then|and|but|also|plus|so|btw|because|cuz|bc|then|tho|or\ else|oh)\s
  | \s(?:y\ ademas|y\ además|y\ tambien|y\ también|y|pero|ademas|además|tambien|también|asi\ que|así\ que|entonces
        |porque|xq|luego)\s
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FEWEST_WORDS = 2
_MOST = 12


@dataclass(frozen=True)
class Clause:
    text: str
    start: int
    end: int


def clauses(text: str) -> list[Clause]:
    """In order, without their joints. A piece of one word belongs to the piece before it."""
    cuts = [0]
    for joint in _JOINTS.finditer(text):
        cuts += [joint.start() + (joint[0][0] in ".!?"), joint.end()]
    cuts.append(len(text))
    spans: list[tuple[int, int]] = []
    for start, end in zip(cuts[::2], cuts[1::2]):
        if len(text[start:end].split()) >= _FEWEST_WORDS or not spans:
            spans.append((start, end))
        else:
            spans[-1] = (spans[-1][0], end)
    if len(spans) > 1 and len(text[slice(*spans[0])].split()) < _FEWEST_WORDS:
        spans[:2] = [(spans[0][0], spans[1][1])]
    return [_stripped(text, start, end) for start, end in spans[:_MOST] if text[start:end].strip()]


def _stripped(text: str, start: int, end: int) -> Clause:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Clause(piece.strip(), start, start + len(piece.strip()))
