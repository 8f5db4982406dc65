"""All that was made of one message before the table joins it: what the head says, its figures, its cues, its alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.acts import Identify
from bot.dialogue.meaning.cues import Cues, words_of
from bot.dialogue.meaning.figures import Figures

Between = tuple[date, date]
PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "questions.yml"


@lru_cache(maxsize=1)
def _questions() -> Cues:
    return Cues.read(PHRASES)


@lru_cache(maxsize=1)
def _yes_and_no() -> Cues:
    return Cues.read(PHRASES.with_name("cues.yml"))


@dataclass(frozen=True)
class Alarm:
    """A reviewed phrase that fired: the intent, which phrase (for the audit log), and whether it is to be asked about."""

    intent: str
    by: str
    needs_check: bool
    is_denied: bool = False
    """The words before it take it back."""


@dataclass(frozen=True)
class Clause:
    """A part of a message by itself: its words, with their question mark, and how much of each act is in them."""

    text: str
    likely: Mapping[str, float]

    @property
    def is_question(self) -> bool:
        """By its mark, or by how it begins."""
        return self.text.endswith("?") or "asks" in _questions().begins(self.text)

    @property
    def begins_with_yes(self) -> bool:
        return "yes" in _yes_and_no().begins(self.text)

    @property
    def holds_back(self) -> bool:
        """A word in it takes a yes back."""
        return _yes_and_no().holds("no longer plain", self.text)

    @property
    def asks_leave(self) -> bool:
        """ "Can you do that?", of what was just said."""
        return "may it be" in _questions().said(self.text)

    @property
    def likeliest(self) -> str:
        return max(self.likely, key=lambda label: self.likely[label], default="")


@dataclass(frozen=True)
class Heard:
    """`likely` says how much of each act is in the message, about 0 to 1, by label."""

    text: str
    likely: Mapping[str, float]
    figures: Figures = Figures()
    cues: frozenset[str] = frozenset()
    begins: frozenset[str] = frozenset()
    """The cues of its first word: a no, and then what they meant."""
    is_nonsense: bool = False
    """Nothing in it is a word, a figure or a picture that anybody knows."""
    holds_back: bool = False
    """Some word takes a yes back: a condition, a doubt, a no."""
    alarms: tuple[Alarm, ...] = ()
    proofs: Identify = Identify()
    option: int | None = None
    """The option that the words name by its number or place; -1 is the last."""
    clauses: tuple[Clause, ...] = ()
    """Where a long message has several."""
    nothing_due: Between | None = None
    """The first and the last day of a time that they leave out of a plan."""

    @property
    def is_question(self) -> bool:
        return "?" in self.text or "¿" in self.text

    def has_word(self, words: frozenset[str]) -> bool:
        """One of these folded words stands somewhere in it."""
        return bool(words & set(words_of(self.text)))

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_bare(self) -> bool:
        """Hardly anything but figures."""
        covered = sum(one.what.end - one.what.start for one in self.figures.offered)
        return 2 * covered > len(self.text.strip())
