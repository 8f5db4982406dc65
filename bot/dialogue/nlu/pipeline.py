"""From a text to what it wants, without Rasa: train, save, load, understand.

A reviewed phrase or the model may catch what is critical; the open question may give a short answer its meaning;
several things in one message are told apart. `components` hands this to Rasa.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue import grammar
from bot.dialogue.meaning import heard as hearing
from bot.dialogue.meaning.acts import Meaning
from bot.dialogue.meaning.cues import Cues
from bot.dialogue.meaning.figures import OFF, Figure, Figures
from bot.dialogue.meaning.missed import missed
from bot.dialogue.meaning.naming import without_numbers, words_naming
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.table import joined
from bot.dialogue.nlu import context, saving, teaching, training
from bot.dialogue.nlu.acts_head import Told
from bot.dialogue.nlu.classifier import Array, Mixing
from bot.dialogue.nlu.clauses import Clause, clauses
from bot.dialogue.nlu.curves import curves
from bot.dialogue.nlu.encoder import Encoder, build, build_second
from bot.dialogue.nlu.examples import Example, Language
from bot.dialogue.nlu.figures_head import OFF_AMID_A_WISH
from bot.dialogue.nlu.intents import CRITICAL, IN_DANGER, NOT_UNDERSTOOD, OUT_OF_SCOPE, rank
from bot.dialogue.nlu.language import Languages
from bot.dialogue.nlu.listening import Noticed, cues_in, option_in, proofs_in, read_all, reading
from bot.dialogue.nlu.listening import Read as ReadText
from bot.dialogue.nlu.matters import MOST, NO_DOUBT, Heard, matters, with_entities
from bot.dialogue.nlu.phrases import Caught, SafetyPhrases
from bot.dialogue.nlu.reading import Read, read
from bot.dialogue.nlu.scenes import SceneExample
from bot.dialogue.nlu.settings import UnderstandingSettings
from bot.dialogue.nlu.spelling import Spelling
from bot.dialogue.nlu.wording import fold, tokens

_SURE_OF_LANGUAGE = 0.9
_RANKED = 10
_SEVERAL, _LONG = 7, 4
"""A message of so many words may do several things: its clauses are heard by themselves too; of so many clauses it is long."""
_OFFERS, _SURELY_OFFERS = frozenset({"propose", "pay", "promise"}), 0.5
_OFFERS_IN_CLAUSE, _OFFERS_IN_CLAUSE_OF_FEW = 0.3, 0.45
"""So much of an offer in a clause of a long message, and in one of few clauses."""
_SURE_OTHERWISE, _SURE_OF_SAFETY = 0.5, 0.85


class Understanding:
    """A trained understanding. Make one with `train` or `load`."""

    def __init__(self, parts: saving.Parts, encoder: Encoder | None, e5: Encoder | None = None) -> None:
        self.parts = parts
        self.encoder = encoder
        self.e5 = e5
        self.cues = Cues(parts.cues)
        self.settings = parts.settings
        self.phrases = SafetyPhrases(parts.phrases)
        self._beside = ThreadPoolExecutor(1)

    @classmethod
    def train(
        cls,
        examples: Sequence[Example],
        folder: Path,
        settings: UnderstandingSettings,
        scenes: Sequence[SceneExample] = (),
    ) -> Understanding:
        """Builds the encoders into `folder`; without their weights the result is weaker, and the log says so."""
        encoder = build(folder) if settings.encoder else None
        e5 = build_second(folder) if settings.encoder else None
        said = [(example.text, example.language) for example in examples]
        spelling, languages = Spelling.learn(said), Languages.learn(said)
        material = training.prepare(examples, spelling, encoder)
        mixing = Mixing(word_share={"en": settings.word_share_en, "es": settings.word_share_es})
        split = training.folds(material, settings.seed)
        *parts, whole = training.fit(material, [*(rows for rows, _ in split), np.arange(len(examples))])
        unseen = training.unseen_scores(material, parts, split, mixing)
        mixing = training.calibrated(material, unseen, mixing)
        told = training.unseen_probabilities(material, unseen, mixing)
        classifier = training.classifier(material, whole, mixing)
        phrases = SafetyPhrases.read(Path(settings.phrases))
        drawn = curves(told, material.intents, material.labels)
        cues = Cues.read(Path(settings.cues)).table
        learnt = saving.Parts(settings, classifier, spelling, languages, phrases.table, drawn, len(examples), cues)
        trained = cls(learnt, encoder, e5)
        if scenes:
            trained.parts = teaching.taught(trained, scenes, examples, material.vectors, told)
        return trained

    def save(self, folder: Path) -> None:
        saving.save(self.parts, folder)
        for encoder in (self.encoder, self.e5):
            if encoder is not None:
                encoder.copy_to(folder)

    @classmethod
    def load(cls, folder: Path) -> Understanding:
        encoder = Encoder(folder) if (folder / "encoder.onnx").is_file() else None
        return cls(saving.load(folder), encoder, Encoder.second(folder))

    def classify(self, texts: Sequence[str], languages: Sequence[Language]) -> Array:
        """Calibrated probabilities, one row a text, columns as `parts.classifier.labels`. The whole comes first."""
        spelt = [self.parts.spelling.repaired(*pair) for pair in zip(texts, languages)]
        vectors = None if self.encoder is None else self.encoder.vectors(training.in_english(spelt, languages))
        scores = self.parts.classifier.scores(spelt, vectors, languages)
        return self.parts.classifier.probabilities(scores, languages)

    def classified(self, texts: Sequence[str], languages: Sequence[Language]) -> tuple[Array, Array]:
        """Probabilities, and the encoder's vectors, of texts that have nothing to do with each other."""
        spelt = [self.parts.spelling.repaired(*pair) for pair in zip(texts, languages)]
        vectors = None if self.encoder is None else self.encoder.all_vectors(training.in_english(spelt, languages))
        scores = self.parts.classifier.scores(spelt, vectors, languages)
        probabilities = self.parts.classifier.probabilities(scores, languages)
        return probabilities, np.zeros((len(texts), 0)) if vectors is None else vectors

    def meaning(self, text: str, scene: Scene) -> Meaning:
        """What the message does, given what was asked and offered."""
        language, heard = self._languages(text, scene.language)
        ((noticed, alone, likely),) = self._listened([text], scene, language)
        everything = self._heard_all(text, scene, language, noticed, likely)
        said = joined(everything, scene)
        return Meaning(
            said,
            heard["language"],
            heard["confidence"],
            tuple((one["name"], one["confidence"]) for one in self._ranking(alone)),
            tuple(one.what.as_dict() for one in noticed.figures.public),
            missed(everything, said),
        )

    def _listened(
        self, texts: Sequence[str], scene: Scene, language: Language
    ) -> list[tuple[Noticed, Array, dict[str, float]]]:
        """Of each: what is noticed, what the words say by themselves, and how likely each act is. Read together."""
        words = self._beside.submit(self.classified, texts, [language] * len(texts))
        read = read_all(self.e5, texts, [reading(one, scene.now, language, scene) for one in texts])
        noticed = [self.noticed(text, scene, language, one) for text, one in zip(texts, read)]
        alone, vectors = words.result()
        head = self.parts.acts
        if head is None:
            return [(one, row, {}) for one, row in zip(noticed, alone)]
        signed = np.stack([one.row(text) for text, one in zip(texts, noticed)])
        likely = head.likely(texts, Told(np.stack([one.vector for one in read]), vectors, alone, signed), scene)
        heard = [dict(zip(head.labels, map(float, acts))) for acts in likely]
        noticed = [self._wished(*one, scene) for one in zip(noticed, texts, read, heard)]
        return list(zip(noticed, alone, heard))

    def _wished(
        self, noticed: Noticed, text: str, read: ReadText, likely: Mapping[str, float], scene: Scene
    ) -> Noticed:
        """Who offers something names it: of figures that all seemed to be about something else some are the offer."""
        offers = max((p for label, p in likely.items() if label.partition(":")[0] in _OFFERS), default=0)
        if offers < _SURELY_OFFERS or noticed.figures.offered or not noticed.figures.all:
            return noticed
        return replace(noticed, figures=read.figures(text, scene, self.parts.figures, OFF_AMID_A_WISH))

    def _heard_all(
        self, text: str, scene: Scene, language: Language, noticed: Noticed, likely: dict[str, float]
    ) -> hearing.Heard:
        pieces = clauses(text) if len(text.split()) >= _SEVERAL else []
        by_clause = self._listened([one.text for one in pieces], scene, language) if len(pieces) > 1 else []
        is_empty = not noticed.figures.offered and not noticed.cues
        return hearing.Heard(
            text=text,
            likely=likely,
            figures=_offered_in_clauses(noticed.figures, scene, pieces, by_clause),
            cues=noticed.cues,
            begins=self.cues.begins(text),
            is_nonsense=is_empty and self.parts.spelling.knows_none(text, language),
            holds_back="no longer plain" in noticed.cues,
            alarms=noticed.alarms,
            proofs=proofs_in(text, scene),
            option=noticed.option,
            clauses=tuple(hearing.Clause(one.text, likely) for one, (_, _, likely) in zip(pieces, by_clause)),
        )

    def noticed(self, text: str, scene: Scene, language: Language, read: ReadText) -> Noticed:
        figures, plain = read.figures(text, scene, self.parts.figures), without_numbers(text, scene)
        return Noticed(figures, cues_in(self.cues, text), tuple(self._caught(plain, language)), option_in(text))

    def understand(self, text: str, hints: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the tracker gets: intent, intent_ranking, entities, matters, caught_by, language_heard and more.

        `hints` may hold `now` (ISO time with offset), `language`, and `question`, the kind of the open question.
        """
        told = hints or {}
        question = told.get("question")
        language, heard_language = self._languages(text, told.get("language"))
        pieces = clauses(text)
        spans = [(0, len(text)), *((piece.start, piece.end) for piece in pieces if len(pieces) > 1)]
        # Most of classifying is arithmetic that holds no lock: values and phrases are read meanwhile.
        classified = self._beside.submit(self.classify, [text[slice(*span)] for span in spans], [language] * len(spans))
        said = read(text, _moment(told.get("now")), told.get("language") or language, question)
        phrases = self._caught(text, language)
        rows = self._taken_literally(text, language, classified.result())
        whole, *parts = [self._heard(row, rows[0], span) for row, span in zip(rows, spans)]
        caught = [one for one in phrases if not _contradicted(one, whole)]
        heard = matters(whole, parts, [one.intent for one in caught], sure=self.settings.clause)
        heard = _answered(text, heard, question, said, caught)
        return {
            "text": text,
            "intent": {"name": heard[0].intent, "confidence": round(heard[0].confidence, 4)},
            "intent_ranking": self._ranking(rows[0]),
            "entities": said.entities,
            "vague": said.vague,
            "matters": [
                {**with_entities(one, text, said.entities), "caught_by": _caught_by(one, caught)} for one in heard
            ],
            "caught_by": _caught_by(heard[0], caught),
            "needs_check": _needs_check(heard[0], caught),
            "language_heard": heard_language,
        }

    def _languages(self, text: str, hinted: str | None) -> tuple[Language, dict[str, Any]]:
        """As which language to read the text, and which one was heard. An unclear text is in that of the talk."""
        heard, sure = self.parts.languages.heard(text)
        read_as = heard
        if sure < _SURE_OF_LANGUAGE and hinted:
            read_as = "es" if hinted.startswith("es") else "en"
        return read_as, {"language": heard, "confidence": round(sure, 4)}

    def _caught(self, text: str, language: Language) -> list[Caught]:
        """By the phrases, in the text as written and with its slips repaired: one that is misspelt counts too."""
        written = self.phrases.caught(text)
        repaired = self._mended(text, language)
        if repaired == " ".join(tokens(fold(text))):
            return written
        figurative = {
            intent
            for intent, rest in self.phrases.literal(text).items()
            if all(one.intent != intent for one in self.phrases.caught(self._mended(rest, language)))
        }
        known = {one.intent for one in written}
        more = [one for one in self.phrases.caught(repaired) if one.intent not in known | figurative]
        return sorted([*written, *more], key=lambda one: rank(one.intent))

    def _mended(self, text: str, language: Language) -> str:
        return self.parts.spelling.repaired(text, language, real_words_stay=True)

    def _taken_literally(self, text: str, language: Language, rows: Array) -> Array:
        """Without the intents that only a figure of speech speaks for: the rest of the message says something else."""
        labels = self.parts.classifier.labels
        best = {labels[i] for i in rows.argmax(axis=1)}
        left = {intent: rest for intent, rest in self.phrases.literal(text).items() if intent in best}
        if not left:
            return rows
        again = self.classify([*left.values()], [language] * len(left)).argmax(axis=1)
        figurative = [labels.index(intent) for intent, i in zip(left, again) if labels[i] != intent]
        kept = rows.copy()
        kept[:, figurative] = 0
        return kept / kept.sum(axis=1, keepdims=True)

    def _heard(self, row: Array, whole: Array, span: tuple[int, int]) -> Heard:
        labels = self.parts.classifier.labels
        best = int(row.argmax())
        nonsense = labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in labels else best
        at_stake = sum(p for p, label in zip(row, labels) if label in CRITICAL) >= self.settings.critical
        # Nothing of safety or law is turned away: missing one is worse than hearing one too many.
        if row[nonsense] >= self.settings.out_of_scope and not (at_stake and labels[best] in CRITICAL):
            best = nonsense
        confidence = float(row[best])
        is_heard = best == nonsense or confidence >= self.settings.understood
        if labels[best] in CRITICAL:
            is_heard = at_stake
        return Heard(labels[best] if is_heard else NOT_UNDERSTOOD, confidence, *span, support=float(whole[best]))

    def _ranking(self, row: Array) -> list[dict[str, Any]]:
        order = np.argsort(-row)[:_RANKED]
        labels = self.parts.classifier.labels
        return [{"name": labels[i], "confidence": round(float(row[i]), 4)} for i in order]


def _offered_in_clauses(
    figures: Figures,
    scene: Scene,
    pieces: Sequence[Clause],
    heard: Sequence[tuple[Noticed, Array, Mapping[str, float]]],
) -> Figures:
    """ "The week was slow, I made $500. For the rent I give 430 on Friday": what much else in the message seems to make no
    offer is one where its own clause offers it, of an account that it names, or where nothing of its kind is offered and
    no number or share of payments.
    """
    needed = _OFFERS_IN_CLAUSE if len(pieces) >= _LONG else _OFFERS_IN_CLAUSE_OF_FEW
    kinds = {type(one.what) for one in figures.offered}
    offered = {
        (piece.start + one.what.start, type(one.what)): one.about
        for piece, (noticed, _, likely) in zip(pieces, heard)
        if max((p for label, p in likely.items() if label.partition(":")[0] in _OFFERS), default=0) >= needed
        for one in noticed.figures.offered
        if kinds.isdisjoint((type(one.what), grammar.Count, grammar.Percentage))
        or len(scene.debts) > 1
        and words_naming(piece.text, scene)
    }
    return replace(figures, all=tuple(_as_in_its_clause(one, offered) for one in figures.all))


def _as_in_its_clause(one: Figure, offered: Mapping[tuple[int, type], str]) -> Figure:
    about = offered.get((one.what.start, type(one.what)))
    is_certain = one.about not in OFF or one.sure == 1 or getattr(one.what, "about", None) is not None
    return one if about is None or is_certain else replace(one, about=about)


def _moment(iso: str | None) -> datetime:
    """The turn's own moment; the system's clock only for those who ask without one."""
    return datetime.fromisoformat(iso) if iso else datetime.now(timezone.utc)


def _answered(text: str, heard: list[Heard], question: str | None, said: Read, caught: Sequence[Caught]) -> list[Heard]:
    """What the open question makes of a short answer comes first; what else was said is kept."""
    first = heard[0]
    if caught or (first.intent in CRITICAL and first.confidence >= NO_DOUBT):
        return heard
    meant = context.answer(text, question, first.intent, [*said.entities, *said.vague])
    if meant is None or meant == first.intent:
        return heard
    others = [one for one in heard if one.intent != meant] if len(heard) > 1 else []
    return [Heard(meant, 1.0, 0, len(text)), *others][:MOST]


def _contradicted(caught: Caught, whole: Heard) -> bool:
    """A phrase that only asks gives way to a model that is sure of something else; more is needed where life is.

    Words of violence are no reason to think that nobody is in danger.
    """
    if caught.intent in IN_DANGER and whole.intent == "threat":
        return False
    least = _SURE_OF_SAFETY if caught.intent in IN_DANGER else _SURE_OTHERWISE
    return caught.needs_check and whole.intent != caught.intent and whole.confidence >= least


def _caught_by(heard: Heard, caught: Sequence[Caught]) -> str | None:
    """For the audit log: which phrase, or the model; None when nothing is at stake."""
    if heard.intent not in CRITICAL:
        return None
    return next((one.by for one in caught if one.intent == heard.intent), "model")


def _needs_check(heard: Heard, caught: Sequence[Caught]) -> bool:
    """A figure of speech is likely: the phrase is one to ask about, or only the model hears a crisis, unsurely."""
    phrase = next((one for one in caught if one.intent == heard.intent), None)
    if phrase is not None:
        return phrase.needs_check
    return heard.intent == "crisis" and heard.confidence < NO_DOUBT
