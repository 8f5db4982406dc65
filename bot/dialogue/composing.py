"""One turn, put together: what answers them first, then one question, in no more than two SMS.

The question that waits for an answer stands last; of every other response that asks something only its statement is
said. A courtesy is said where nothing else is. What is too long goes without what is least needed, and then in the short
form that domain.yml has of a response; whatever states a fact, a right or a hold is never left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.contact import Conversation, segments, texts

FORM = "form"
"""The value that tells in which form a response is said."""
_FORMS: tuple[texts.Form, ...] = ("whole", "short", "statement", "short statement")
_GOES_FIRST = "safety"
"""Tag of what asks whether somebody is safe: no other question is put beside it."""
_FEWEST = 3
"""Words of a statement that is worth saying without its question."""


@dataclass(frozen=True)
class Part:
    """One response of a turn. `forms` are its texts; `is_put` when it puts the question that waits; `is_again` when our
    last message said it.
    """

    response: str
    values: Mapping[str, str]
    forms: Mapping[texts.Form, str]
    form: texts.Form = "whole"
    is_put: bool = False
    is_again: bool = False

    @property
    def text(self) -> str:
        return self.forms[self.form]

    @property
    def asks(self) -> bool:
        return self.forms["statement"] != self.forms["whole"]

    @property
    def weight(self) -> str:
        return texts.load()[self.response].weight

    @property
    def tag(self) -> str:
        return texts.load()[self.response].tag

    @property
    def has_short(self) -> bool:
        return self.forms["short"] != self.forms["whole"]

    def shortened(self) -> Part:
        forms: dict[texts.Form, texts.Form] = {"whole": "short", "statement": "short statement"}
        return replace(self, form=forms.get(self.form, self.form))


def part(
    name: str, values: Mapping[str, str], talk: Conversation, today: date, *, is_put: bool, is_again: bool, says_tu: bool = False
) -> Part:  # fmt: skip
    """In all its forms, as this conversation hears it. Raises TextError."""
    true = texts.load()[name].requires if name in texts.load() else ()
    forms = {
        form: texts.render(name, talk.language, values, today=today, true=true, channel=talk.channel, form=form,
                           says_tu=says_tu).text
        for form in _FORMS
    }  # fmt: skip
    return Part(name, values, forms, is_put=is_put, is_again=is_again)


def composed(parts: Sequence[Part]) -> list[Part]:
    """What is said of them, and how."""
    said = _fresh(_one_question(_without_courtesies(parts)))
    if too_long(said):
        said = _without_extras(said)
    while too_long(said) and (place := _to_shorten(said)) is not None:
        said[place] = said[place].shortened()
    return said


def _to_shorten(said: Sequence[Part]) -> int | None:
    """The one that loses least among those that make room enough; where none does, the one that makes most."""
    saves = {place: len(one.text) - len(one.shortened().text) for place, one in enumerate(said)}
    able = [place for place, saved in saves.items() if saved > 0]
    enough = [place for place in able if not too_long([*said[:place], said[place].shortened(), *said[place + 1 :]])]
    if enough:
        return min(enough, key=lambda place: saves[place])
    return max(able, key=lambda place: saves[place], default=None)


def too_long(said: Sequence[Part]) -> bool:
    return segments.count(segments.fitted("\n".join(one.text for one in said))) > segments.MOST


def _without_courtesies(parts: Sequence[Part]) -> list[Part]:
    """Of several the last is said."""
    answers = [one for one in parts if one.weight != texts.COURTESY]
    return answers or list(parts[-1:])


def _one_question(parts: Sequence[Part]) -> list[Part]:
    asking = [one for one in parts if one.asks]
    keeps = next((one for one in asking if one.tag == _GOES_FIRST), None)
    keeps = keeps or next((one for one in asking if one.is_put), asking[-1] if asking else None)
    stated = [one if one is keeps or not one.asks else replace(one, form="statement") for one in parts]
    return [one for one in stated if one.form == "whole" or len(one.text.split()) >= _FEWEST]


def _fresh(parts: Sequence[Part]) -> list[Part]:
    """Nobody reads the same words twice where there are others."""
    return [one.shortened() if one.is_again and one.has_short else one for one in parts]


def _without_extras(parts: Sequence[Part]) -> list[Part]:
    needed = [one for one in parts if one.weight != texts.EXTRA]
    return needed or list(parts)
