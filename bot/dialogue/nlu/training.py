"""Learns the heads from the written messages, and from cross-validation how far to trust them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bot.dialogue.nlu.classifier import (
    Array,
    Classifier,
    Mixing,
    WordHead,
    softmax,
)
from bot.dialogue.nlu.encoder import Encoder
from bot.dialogue.nlu.examples import Example, Language
from bot.dialogue.nlu.features import Terms, letter_terms, word_terms
from bot.dialogue.nlu.glossary import glossary, spoken
from bot.dialogue.nlu.meaning import MeaningHead, MeaningSpace, nearness
from bot.dialogue.nlu.spelling import Spelling

FOLDS = 3
_SVC_PENALTY = 0.3
_RIDGE = 0.2
_DIMENSIONS = 384


@dataclass(frozen=True)
class Material:
    """The training messages as the heads want them. Row i of everything is message i."""

    labels: tuple[str, ...]
    intents: Array
    languages: tuple[Language, ...]
    words: Terms
    letters: Terms
    terms: Any
    """Sparse: the words, then the letters."""
    space: MeaningSpace | None = None
    places: Array | None = None
    vectors: Array | None = None
    """Of the encoder; `places` is where they lie in `space`."""
    alike: Array | None = None
    """How near any two messages are."""


def prepare(examples: Sequence[Example], spelling: Spelling, encoder: Encoder | None) -> Material:
    labels = tuple(sorted({example.intent for example in examples}))
    column = {label: i for i, label in enumerate(labels)}
    spelt = [spelling.repaired(e.text, e.language) for e in examples]
    words, letters = [word_terms(one) for one in spelt], [letter_terms(one) for one in spelt]
    known = Terms.learn(words, 1), Terms.learn(letters, 2)
    material = Material(
        labels=labels,
        intents=np.array([column[example.intent] for example in examples]),
        languages=tuple(example.language for example in examples),
        words=known[0],
        letters=known[1],
        terms=_matrix(list(zip(words, letters)), known),
    )
    if encoder is None:
        return material
    vectors = encoder.all_vectors(in_english(spelt, material.languages))
    space = MeaningSpace.learn(vectors, _DIMENSIONS)
    places = space.places(vectors)
    return replace(material, space=space, places=places, vectors=vectors, alike=nearness(places @ places.T))


def _matrix(documents: Sequence[Sequence[Sequence[str]]], known: Sequence[Terms]) -> Any:
    from scipy.sparse import csr_matrix

    places, values, ends = [], [], [0]
    for document in documents:
        offset = 0
        for found, terms in zip(document, known):
            at, weights = terms.weigh(found)
            places.append(at + offset)
            values.append(weights)
            offset += len(terms.vocabulary)
        ends.append(ends[-1] + sum(len(one) for one in places[-len(known) :]))
    width = sum(len(terms.vocabulary) for terms in known)
    return csr_matrix((np.concatenate(values), np.concatenate(places), ends), shape=(len(documents), width))


def in_english(spelt: Sequence[str], languages: Sequence[Language]) -> list[str]:
    """What the encoder hears: Spanish is put into English word by word, emoji into words."""
    return [spoken(glossary().english(one) if language == "es" else one) for one, language in zip(spelt, languages)]


@dataclass(frozen=True)
class Fit:
    """What both heads learnt from some of the messages."""

    weights: Array
    shift: Array
    votes: Array | None


def fit(material: Material, parts: Sequence[Array]) -> list[Fit]:
    """Each on its rows. The words are learnt beside the meanings: liblinear and LAPACK hold no lock."""
    with ThreadPoolExecutor(1) as beside:
        words = [beside.submit(_word_weights, material, rows) for rows in parts]
        votes = [None if material.alike is None else _votes(material, rows) for rows in parts]
        return [Fit(*word.result(), vote) for word, vote in zip(words, votes)]


def folds(material: Material, seed: int) -> list[tuple[Array, Array]]:
    """Rows to learn from and rows to try it on."""
    from sklearn.model_selection import StratifiedKFold

    split = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(material.intents, material.intents)
    return list(split)


def classifier(material: Material, learnt: Fit, mixing: Mixing) -> Classifier:
    weights, shift = learnt.weights.astype(np.float16), learnt.shift.astype(np.float32)
    meaning = None
    if material.space is not None and material.places is not None:
        meaning = MeaningHead.of(material.space, material.places, learnt.votes)
    return Classifier(material.labels, WordHead(material.words, material.letters, weights, shift), meaning, mixing)


def _word_weights(material: Material, rows: Array) -> tuple[Array, Array]:
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=_SVC_PENALTY, random_state=0).fit(material.terms[rows], material.intents[rows])
    return model.coef_.T, model.intercept_


def _votes(material: Material, rows: Array) -> Array:
    from scipy.linalg import cho_factor, cho_solve

    assert material.alike is not None
    wanted = np.zeros((len(rows), len(material.labels)), dtype=np.float32)
    wanted[np.arange(len(rows)), material.intents[rows]] = 1
    # Symmetric: transposed it is in the order of Fortran, and LAPACK need not copy it.
    alike = material.alike[np.ix_(rows, rows)].T
    alike[np.diag_indices_from(alike)] += _RIDGE
    factor = cho_factor(alike, lower=True, overwrite_a=True, check_finite=False)
    return cho_solve(factor, wanted, overwrite_b=True, check_finite=False)


def unseen_scores(
    material: Material, learnt: Sequence[Fit], split: Sequence[tuple[Array, Array]], mixing: Mixing
) -> Array:
    """Scores of every training message by models that did not learn its intent."""
    scores = np.zeros((len(material.intents), len(material.labels)), dtype=np.float32)
    for one, (rows, others) in zip(learnt, split):
        word, meaning = material.terms[others] @ one.weights + one.shift, None
        if material.alike is not None:
            meaning = material.alike[np.ix_(others, rows)] @ one.votes
        scores[others] = mixing.joined(word, meaning, [material.languages[i] for i in others])
    return scores


def calibrated(material: Material, unseen: Array, mixing: Mixing) -> Mixing:
    """The warmth, by language, at which the probabilities of unseen messages are true (least log loss)."""
    from scipy.optimize import minimize_scalar

    warmth: dict[Language, float] = {}
    languages = np.array(material.languages)
    for language in sorted(set(material.languages)):
        mine = languages == language

        def loss(log_warmth: float, mine: Array = mine) -> float:
            cooled = unseen[mine] / np.exp(log_warmth)
            cooled = cooled - cooled.max(axis=1, keepdims=True)
            right = cooled[np.arange(mine.sum()), material.intents[mine]]
            return float((np.log(np.exp(cooled).sum(axis=1)) - right).mean())

        warmth[language] = float(np.exp(minimize_scalar(loss, bounds=(-3, 2), method="bounded").x))
    return replace(mixing, warmth=warmth)


def unseen_probabilities(material: Material, unseen: Array, mixing: Mixing) -> Array:
    """What the calibrated model would have said to each training message, had it not learnt it."""
    return softmax(unseen, mixing.warmths(material.languages))
