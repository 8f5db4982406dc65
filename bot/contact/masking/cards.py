"""Where card numbers stand: a window of 13 to 19 digits with the prefix of a card scheme and a right check digit.

A window begins and ends where digits begin and end, so that dates, amounts and phone numbers in a row are not
taken for a card; inside one long number, or with an expiry or a security code stuck to it, it may lie anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.contact.masking.signs import Group

_STUCK = (3, 4, 6, 7)
"""Lengths of a code, an expiry, or both, written right after the number."""
_LONGEST_NUMBER = 24
_DOUBLED = str.maketrans("0123456789", "0246813579")
_SCHEMES: tuple[tuple[re.Pattern[str], tuple[int, ...]], ...] = (
    (re.compile(r"4"), (16, 13, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65"), (16, 17, 18, 19)),
    (re.compile(r"30[0-5]|3095|36|3[89]"), (14, 15, 16, 17, 18, 19)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),
    (re.compile(r"62|81"), (16, 17, 18, 19)),
    (re.compile(r"50|5[6-8]|6304|6390|67"), (13, 14, 15, 16, 17, 18, 19)),
    (re.compile(r"220[0-4]"), (16, 17, 18, 19)),
    (re.compile(r"60|82"), (16,)),
    (re.compile(r"2131|1800"), (15,)),
)
"""Prefixes and lengths by ISO/IEC 7812 as the schemes publish them: Visa, Mastercard, American Express, Discover,
Diners Club, JCB, UnionPay, Maestro, Mir, RuPay, the JCB of old."""
_COMMON = 4
"""So many schemes from the top may lie in the middle of a longer number."""


@dataclass(frozen=True)
class _Run:
    digits: str
    groups: tuple[Group, ...]
    group_of: tuple[int, ...]
    starts: tuple[int, ...]

    def stuck_before(self, at: int) -> int:
        return at - self.starts[self.group_of[at]]

    def stuck_after(self, at: int) -> int:
        group = self.group_of[at]
        return self.starts[group] + len(self.groups[group].digits) - 1 - at

    def place(self, at: int) -> tuple[int, int]:
        group = self.group_of[at]
        return self.groups[group].places[at - self.starts[group]]


def is_right(digits: str) -> bool:
    """The check digit of Luhn (ISO/IEC 7812-1 annex B)."""
    back = digits[::-1]
    return sum(map(int, back[::2] + back[1::2].translate(_DOUBLED))) % 10 == 0


def find(groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """Places of card numbers in one run of groups; they may overlap."""
    if re.fullmatch(r"(?:1?334)+", "".join(str(len(group.digits)) for group in groups)):
        return  # one or several phone numbers
    run = _read(groups)
    for start in range(len(run.digits) - 12):
        for over in _windows(run, start):
            first, last = run.group_of[start], run.group_of[over - 1]
            begin = groups[first].start if 0 < run.stuck_before(start) <= 7 else run.place(start)[0]
            end = groups[last].end if 0 < run.stuck_after(over - 1) <= 7 else run.place(over - 1)[1]
            yield begin, end


def _read(groups: Sequence[Group]) -> _Run:
    lengths = [len(group.digits) for group in groups]
    return _Run(
        digits="".join(group.digits for group in groups),
        groups=tuple(groups),
        group_of=tuple(number for number, length in enumerate(lengths) for _ in range(length)),
        starts=tuple(accumulate(lengths, initial=0)),
    )


def _windows(run: _Run, start: int) -> Iterator[int]:
    for rank, (prefix, lengths) in enumerate(_SCHEMES):
        if not prefix.match(run.digits, start):
            continue
        for length in lengths:
            over = start + length
            if over <= len(run.digits) and _lies_well(run, start, over, rank) and is_right(run.digits[start:over]):
                yield over


def _lies_well(run: _Run, start: int, over: int, rank: int) -> bool:
    before, after = run.stuck_before(start), run.stuck_after(over - 1)
    if before == 0 and after == 0:
        return True
    if run.group_of[start] == run.group_of[over - 1]:
        whole = before + over - start + after
        return 0 in (before, after) or (rank < _COMMON and whole <= _LONGEST_NUMBER)
    return (before == 0 and after in _STUCK) or (after == 0 and before in _STUCK)
