"""One message in its scene, with what it needs to be sure of: the limits of certainty."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import OfferRead, Scene


@dataclass(frozen=True)
class Limits:
    """Shares of certainty, chosen on messages that did not train; see `docs/decisions/0005`, `0010` and `0013`."""

    first: float = 0.18
    """What the likeliest act needs."""
    more: float = 0.36
    """What a further act needs."""
    hint: float = 0.05
    """From here on a value of an act speaks for the act."""
    speaks_for_all: float = 0.2
    """What the likeliest value needs by itself."""
    more_of_few: float = 0.42
    """What a further act needs in a message of a few words."""
    binding: float = 0.45
    held_back: float = 0.65
    """What a binding act needs beside a question mark, a condition or a no."""
    clear: float = 0.5
    confirmed: float = 0.08
    """What we asked about needs behind a yes that goes on: "yes, and I want to pay the other one"."""
    alarm: float = 0.25
    alarm_beside: float = 0.4
    """What an alarm needs beside something clear."""
    alarm_of_few: float = 0.45
    """What an alarm needs that stands in a few ordinary words by itself: "I'm on shift" is no service in the army."""
    danger: float = 0.45
    """What a danger to life needs that no reviewed phrase speaks for: a long tale of troubles leans that way."""
    alarm_alone: float = 0.85
    """From here on an alarm that no reviewed phrase speaks for is acted on at once; below it is asked about."""
    alarm_phrase: float = 0.47
    """What it needs beside a reviewed phrase to be acted on at once."""
    pointless: float = 0.6
    """What a question needs of which the scene says that there is nothing to ask."""
    clause: float = 0.6
    """What an act needs in one clause of a message."""
    clause_question: float = 0.4
    """What a question needs there, whatever the whole message says: it is answered and binds nobody."""
    clause_whole: float = 0.1
    clause_alarm: float = 0.12
    """What it needs in the whole message then."""
    contradicted: float = 0.3
    """Under this the words around a phrase say that it is none."""
    sure_otherwise: float = 0.85
    """An act that is so sure speaks against a phrase that only asks, where the head hears no alarm."""


CHOSEN = Limits()


@dataclass(frozen=True)
class Case:
    heard: Heard
    scene: Scene
    limits: Limits

    def asks(self, *questions: str) -> bool:
        return self.scene.asked in questions

    def says(self, cue: str) -> bool:
        return cue in self.heard.cues

    def likely(self, label: str) -> float:
        """Of an act with all its values, or of one of them."""
        return max(
            (p for one, p in self.heard.likely.items() if one == label or one.startswith(label + ":")), default=0
        )

    @property
    def waiting(self) -> OfferRead | None:
        offers = self.scene.offers
        return offers[self.scene.waiting - 1] if self.asks("accept") and self.scene.waiting <= len(offers) else None
