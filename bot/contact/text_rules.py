"""What a text to a debtor may not say, whoever writes it; pure, and the same for what ships and for what is edited.

A text that ships was reviewed: a word of it that a rule would stop may stay in another wording of the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.contact import law, reading_level, samples, segments
from bot.contact.texts import ASKING, PLACEHOLDER, SHORT, Response, plain
from bot.core import Problem

LONGEST = 1_000
MOST_SMS = 2
PRIVATE = {
    "en": r"\b(?:debts?|ow(?:e|es|ed|ing)|balance|overdue|past due|collect\w*|creditor\w*|lender\w*|loan\w*|instal\w*"
    r"|settle\w*|amount due|arrears|delinquen\w*|payment plan|late fees?|interest|credit card|\$\s?\d)",
    "es": r"\b(?:deudas?|deb(?:e|o|en|ía|er)|saldo|vencid\w+|cobr(?:o|ar|anza|ador)\w*|acreedor\w*|pr[eé]stamos?|cuotas?"
    r"|abonos?|moros\w+|mora|atras\w+|recargos?|inter[eé]s(?:es)?|\$\s?\d)\b",
}
"""Reviewed: words from which somebody else could tell that there is a debt, or with whom."""
PRIVATE_VALUES = frozenset(
    ["amount", "balance", "total", "last", "left", "discount", "next_amount", "minimum", "least", "rest", "start",
     "client", "product", "ending", "debts", "options", "terms", "parts", "lines", "payments", "since", "date", "start_date",
     "last_date", "until", "next_date", "opened", "down_payment", "reason"]
)  # fmt: skip
THREATS = (
    r"\b(?:sue|sued|lawsuit|garnish\w*|arrest\w*|jail|prison|sheriff|court|seiz\w*"
    r"|demand(?:ar|a)\w*|embarg\w+|c[aá]rcel|arresto|juicio)\b"
)
BORROWING = r"\b(?:borrow|ask (?:your )?family|a loan to|another card|pida prestado|pr[eé]stamo para)\b"
OF_TELEPHONES = (
    r"\b(?:STOP|ALTO|HELP|AYUDA|SKIP|SALTAR|(?i:reply|responda)|(?:this|your) number\b|este número"
    r"|numbers our|números que)\b"
)
"""What means nothing on a page."""
CLAIMS = {
    r"\bI've (stopped|put (it|this) on hold)\b|\bEverything is on hold\b|^This is on hold (under|while a)": "held",
    r"\bI've (asked|passed|told) |passed (it|this) to a colleague|I'm passing you"
    r"|^(?!.*\bShall I\b).*\b(A|a|trained) colleague will\b|they'll write": "person_asked",
    r"You won't get any more messages|You won't hear from us|Messages to this number are stopped": "opted_out",
    r"on any channel": "known_party",
    r"I don't know of any legal step": "no_legal_step",
    r"You'll get messages .* again": "not_opted_out",
}
"""Words that state a fact, and the fact."""
CLAIMS_ES = {
    r"(?i)\b(lo|la|todo) (detuve|suspendí|puse en pausa)\b|\btodo está en pausa\b": "held",
    r"(?i)\b(le |ya )?(pedí ayuda|avisé) a (una persona|alguien|un colega)|\ble escribirá\b": "person_asked",
    r"(?i)\bno recibirá más mensajes\b|\bno le volveremos a escribir\b": "opted_out",
}
ASKS = (
    r"\b(want|like) to see your choices|\bI('ll| can)? (send you|look at|set up) [^.]*(link|smaller|plan)"
    r"|reply YES|\bpay (now|here|by link)\b|Would that work|Would it work|which would help: 1 a pause"
    r"|\{url\}[^.]*(pay|card)|(pay|card)[^.]*\{url\}"
    r"|\bresponda SÍ\b|\bpag(ue|ar) (ahora|aquí|por enlace)\b|\b¿le (muestro sus opciones|envío el enlace)"
)
"""Words that invite to pay, to a plan or to choices."""
DISCLOSES = {"automated": {"en": r"automated", "es": r"autom[aá]tic"}}
"""How a text says what it says that it discloses."""


def problems(shipped: Response, language: str, text: str, channel: str = "") -> tuple[Problem, ...]:
    """All that is wrong with another wording of a text; `channel` where it is the wording of one channel only."""
    where = {"en": "English", "es": "Spanish"}[language] + _place(channel)
    before = shipped.text(language, channel)
    found = [*_values(before, text), *_words(shipped, language, channel, before, text)]
    if not found:
        found = list(_form(shipped, language, before, text))
    return tuple(Problem(where, expected, got) for expected, got in found)


def _place(channel: str) -> str:
    if channel == SHORT:
        return ", in short"
    return f" on {channel}" if channel else ""


def _values(before: str, text: str) -> Iterator[tuple[str, str]]:
    if not text.strip():
        yield "a text", "nothing"
        return
    if len(text) > LONGEST:
        yield f"at most {LONGEST} letters", str(len(text))
    known, named = set(PLACEHOLDER.findall(before)), set(PLACEHOLDER.findall(text))
    if named - known:
        yield "only values that this text is given", ", ".join(f"{{{one}}}" for one in sorted(named - known))
    if known - named:
        yield "every value that it has now", "without " + ", ".join(f"{{{one}}}" for one in sorted(known - named))
    if set(PLACEHOLDER.sub("", text)) & set("{}"):
        yield "braces around the name of a value only", text[:60]


def _words(shipped: Response, language: str, channel: str, before: str, text: str) -> Iterator[tuple[str, str]]:
    """What is said that must not be, or is left unsaid."""
    for pattern, expected in _barred(shipped, language, channel):
        new = _said(pattern, text) - _said(pattern, before)
        if new:
            yield expected, ", ".join(sorted(new))
    for disclosed in shipped.discloses:
        wanted = DISCLOSES.get(disclosed, {}).get(language)
        stood = wanted is not None and re.search(wanted, before, re.IGNORECASE)
        if wanted and stood and not re.search(wanted, text, re.IGNORECASE):
            yield "a word that this is an automated assistant", text[:60]
    facts = {fact.partition(":")[0] for fact in shipped.requires}
    for pattern, fact in (CLAIMS_ES if language == "es" else CLAIMS).items():
        if fact not in facts and re.search(pattern, text) and not re.search(pattern, before):
            yield f"no claim that nobody makes sure of ({fact.replace('_', ' ')})", _first(pattern, text)
    is_offer = shipped.tag in ASKING or bool(shipped.asks)
    if not is_offer and re.search(ASKS, text, re.IGNORECASE) and not re.search(ASKS, before, re.IGNORECASE):
        yield "no invitation to pay or to a plan: this text goes out while a hold forbids one", _first(ASKS, text)


def _barred(shipped: Response, language: str, channel: str) -> Iterator[tuple[str, str]]:
    yield THREATS, "no threat and no word of the court"
    yield BORROWING, "no hint to borrow"
    yield r"[!¡]", "no exclamation mark"
    for rule in law.load():
        if rule.kind == "words" and shipped.tag not in rule.params.get("still", ()):
            words = "|".join(f"(?:{word})" for word in rule.params[language])
            yield rf"\b(?:{words})", f"no words that {rule.id} forbids ({rule.cite})"
    if shipped.audience == "anyone":
        yield PRIVATE[language], "nothing from which somebody else could tell that there is a debt"
    if shipped.tag == "opt_out":
        yield r"\$|\d|https?|\blink\b|\benlace\b|\boffer\b|\boferta\b|[?¿]", "a confirmation that says nothing else (12 CFR 1006.14(h))"  # fmt: skip
    if channel in ("web", SHORT):
        yield OF_TELEPHONES, "no words of a telephone on a page"


def _said(pattern: str, text: str) -> set[str]:
    return {found[0].casefold() for found in re.finditer(pattern, text, re.IGNORECASE)}


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.IGNORECASE)
    return found[0] if found else ""


def _form(shipped: Response, language: str, before: str, text: str) -> Iterator[tuple[str, str]]:
    """Whether it is short and easy enough, filled with the longest values."""
    longest = reading_level.longest_sentence(PLACEHOLDER.sub("x", text))
    if len(longest.split()) > reading_level.LONGEST_SENTENCE:
        yield f"at most {reading_level.LONGEST_SENTENCE} words in a sentence", longest
    filled, shown = samples.fill(plain(text), language), samples.fill(before, language)
    if not reading_level.is_easy(filled, language) and reading_level.is_easy(shown, language):
        wanted = f"an ease of {reading_level.LEAST_EASE:.0f} or more" if language == "es" else "grade 8 or below"
        yield wanted, f"{reading_level.level(filled, language):.1f}"
    most = max(MOST_SMS, samples.segments(shown))
    if samples.segments(filled) > most:
        yield f"at most {most} SMS with the longest values", str(samples.segments(filled))


def segments_in_words(text: str) -> str:
    """ "1 SMS, 112 letters (GSM-7)"."""
    sent = segments.fitted(text)
    alphabet = "GSM-7" if set(sent) <= segments.GSM_7 | segments.TWICE else "UCS-2"
    return f"{segments.count(sent)} SMS, {len(sent)} letters ({alphabet})"
