"""Messages as thumbs write them: SMS spellings, swapped, dropped and neighbouring letters. Seeded, so repeatable."""

from __future__ import annotations

import random
import re

from bot.dialogue.nlu.examples import Language

NEIGHBOURS = {
    key: near
    for keys in (
        "q:wa w:qes e:wrd r:etf t:ryg y:tuh u:yij i:uok o:ipl p:ol a:qsz s:awdx d:sefc f:drgv g:fthb",
        "h:gyjn j:hukm k:jil l:kop z:asx x:zsdc c:xdfv v:cfgb b:vghn n:bhjm m:njk",
    )
    for key, _, near in (pair.partition(":") for pair in keys.split())
}
_SMS: dict[Language, dict[str, str]] = {
    "en": {
        "you": "u", "your": "ur", "are": "r", "to": "2", "for": "4", "please": "pls", "because": "cuz",
        "with": "w", "what": "wut", "want": "wanna", "going": "gonna", "message": "msg", "messages": "msgs",
        "text": "txt", "people": "ppl", "tomorrow": "tmrw", "tonight": "2nite", "thanks": "thx", "and": "n",
        "about": "abt", "before": "b4", "know": "kno", "though": "tho", "through": "thru", "really": "rly",
        "payment": "pymt", "month": "mo", "week": "wk", "number": "num", "account": "acct", "i'm": "im",
        "can't": "cant", "don't": "dont", "won't": "wont", "why": "y", "see": "c", "okay": "k", "have": "hv",
        "the": "da", "that": "dat", "this": "dis", "great": "gr8", "later": "l8r", "money": "$$",
    },
    "es": {
        "que": "q", "qué": "q", "porque": "xq", "por": "x", "para": "pa", "también": "tb", "pero": "pero",
        "estoy": "toy", "está": "ta", "no": "no", "mensaje": "msj", "mensajes": "msjs", "mucho": "mxo",
        "gracias": "grax", "favor": "fa", "quiero": "kiero", "quién": "kien", "cuando": "cdo", "bien": "bn",
        "te": "t", "de": "d", "dinero": "$$", "mañana": "mñn", "pueden": "puedn", "hablar": "ablar",
        "hacer": "aser", "ya": "ia", "llamar": "yamar", "voy": "boy", "vez": "ves", "semana": "sem",
    },
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_][\w']*")


def noised(text: str, language: Language, chance: random.Random, rate: float = 0.08) -> str:
    """Every second word that has an SMS spelling gets it; then `rate` of the letters slip."""

    def spelt(match: re.Match[str]) -> str:
        short = _SMS[language].get(match[0].lower())
        return short if short is not None and chance.random() < 0.5 else match[0]

    return _slipped(_WORD.sub(spelt, text), chance, rate)


def _slipped(text: str, chance: random.Random, rate: float) -> str:
    letters = list(text)
    out: list[str] = []
    place = 0
    while place < len(letters):
        letter = letters[place]
        slip = chance.choice(("swap", "drop", "near")) if letter.isalpha() and chance.random() < rate else ""
        if slip == "swap" and place + 1 < len(letters) and letters[place + 1].isalpha():
            out += [letters[place + 1], letter]
            place += 1
        elif slip == "near":
            out.append(chance.choice(NEIGHBOURS.get(letter.lower(), letter)))
        elif slip != "drop":
            out.append(letter)
        place += 1
    return "".join(out)
