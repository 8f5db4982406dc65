"""Spanish put into English word by word, so that an English encoder hears what it is about.

No translation: "perdí mi trabajo" becomes "lost job". The table is `glossary_es.txt`, reviewed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_LONGEST = 6
_EMOJI = {
    "👍": "yes", "👌": "okay", "✅": "yes", "💯": "agreed", "🙌": "great", "🙏": "please", "👎": "no", "❌": "no",
    "🚫": "no", "❤": "love", "😂": "laughing", "🤣": "laughing", "😅": "laughing", "😡": "angry", "😠": "angry",
    "🤬": "swearing", "🖕": "fuck you", "😢": "sad", "😭": "crying", "😔": "sad", "💔": "heartbroken", "🎉": "party",
    "👋": "hello", "🤔": "wondering", "🙄": "annoyed", "😊": "happy", "😀": "happy", "🙂": "fine", "💀": "laughing",
    "🤷": "i do not know", "🛑": "stop", "✋": "stop", "🤖": "robot",
}  # fmt: skip


@dataclass(frozen=True)
class Glossary:
    """`whole` has single words and phrases; `beginnings` are of words."""

    whole: Mapping[str, str]
    beginnings: Mapping[str, str]

    def english(self, spelt: str) -> str:
        """`spelt` is folded, with single spaces. Words that are not in the table stay."""
        words = spelt.split()
        out: list[str] = []
        place = 0
        while place < len(words):
            length, gloss = self._at(words, place)
            if gloss != "-":
                out.append(gloss)
            place += length
        return " ".join(out)

    def _at(self, words: list[str], place: int) -> tuple[int, str]:
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            gloss = self.whole.get(" ".join(words[place : place + length]))
            if gloss is not None:
                return length, gloss
        word = words[place]
        beginnings = (word[:size] for size in range(len(word), 1, -1))
        found = next((self.beginnings[one] for one in beginnings if one in self.beginnings), word)
        return 1, found


def spoken(spelt: str) -> str:
    """Emoji in words: the encoder knows none of them."""
    return " ".join(_EMOJI.get(token, token) for token in spelt.split())


def parsed(lines: list[str]) -> Glossary:
    """The first line that claims a form keeps it."""
    whole: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for line in lines:
        english, colon, forms = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        for form in forms.split():
            table = beginnings if form.endswith("*") else whole
            table.setdefault(form.rstrip("*").replace("_", " "), english.strip())
    return Glossary(whole, beginnings)


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    return parsed(files("bot.dialogue.nlu").joinpath("glossary_es.txt").read_text(encoding="utf-8").splitlines())
