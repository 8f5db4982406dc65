"""Sparse features of a message: words 1-2 and characters 2-5, weighted by how telling they are (tf-idf)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from bot.dialogue.nlu.wording import shape

_SHORTEST, _LONGEST = 2, 5


def word_terms(spelt: str) -> list[str]:
    """`spelt` has one space between tokens."""
    shaped = ["^", *(shape(token) for token in spelt.split()), "$$"]
    return shaped[1:-1] + [f"{a} {b}" for a, b in zip(shaped, shaped[1:])]


def letter_terms(spelt: str) -> list[str]:
    """Runs of 2 to 5 characters within words, the space at either end counted."""
    return [run for token in spelt.split() for run in _runs(shape(token))]


@lru_cache(maxsize=20_000)
def _runs(shaped: str) -> tuple[str, ...]:
    padded = f"#{shaped}#"
    sizes = range(_SHORTEST, _LONGEST + 1)
    return tuple(padded[i : i + size] for size in sizes for i in range(len(padded) - size + 1))


class Terms:
    """One block of terms: which there are and what each weighs."""

    def __init__(self, vocabulary: dict[str, int], idf: Any) -> None:
        self.vocabulary = vocabulary
        self.idf = idf

    @classmethod
    def learn(cls, documents: Sequence[Iterable[str]], least: int) -> Terms:
        """Terms that `least` documents have; idf is smoothed as scikit-learn does."""
        frequency: Counter[str] = Counter()
        for terms in documents:
            frequency.update(set(terms))
        kept = sorted(term for term, number in frequency.items() if number >= least)
        weights = [np.log((1 + len(documents)) / (1 + frequency[term])) + 1 for term in kept]
        return cls({term: i for i, term in enumerate(kept)}, np.array(weights, dtype=np.float32))

    def weigh(self, terms: Iterable[str]) -> tuple[Any, Any]:
        """Places and weights, of length 1 together; empty for a message of unknown terms."""
        known = [place for term in terms if (place := self.vocabulary.get(term)) is not None]
        counts = Counter(known)
        places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        numbers = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(numbers)) * self.idf[places]
        length = float(np.sqrt((values**2).sum()))
        return places, values / length if length else values
