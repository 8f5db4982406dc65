"""Card numbers of every scheme in a random disguise, and references that look a little like them."""

from __future__ import annotations

import random

SCHEMES = (
    ("4", 16), ("4", 13), ("4", 19), ("51", 16), ("55", 16), ("2223", 16), ("2720", 16), ("34", 15), ("37", 15),
    ("6011", 16), ("65", 16), ("644", 16), ("36", 14), ("38", 14), ("305", 16), ("3530", 16), ("62", 16), ("62", 19),
    ("6759", 16), ("5018", 16), ("2204", 16), ("6062", 16),
)  # fmt: skip
SEPARATORS = (
    " ", "-", ".", ",", "/", "\n", "\t", "_", "*", "~", ":", ";", "+", "\u00a0", "\u2003", "\u2009", "\u202f", "\u3000",
    "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\u00b7", "\u2022", "\u200b", "\u00ad", "\\",
)  # fmt: skip
WORDS = (
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
)
BEFORE = ("", "my card is ", "tarjeta: ", "here you go ", "card", "pay with ", "#")
AFTER = ("", " thanks", " gracias", "!", " ok?", ", please")


def card(at: random.Random) -> str:
    prefix, length = at.choice(SCHEMES)
    body = prefix + "".join(at.choice("0123456789") for _ in range(length - len(prefix) - 1))
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """By the definition of ISO/IEC 7812-1 annex B, written anew."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str(-total % 10)


def disguised(number: str, at: random.Random) -> str:
    way = at.randrange(5)
    if way == 0:
        text = _separated(number, at)
    elif way == 1:
        text = _separated(_with_letters(number, at), at)
    elif way == 2:
        text = " ".join(at.choice(WORDS)[int(digit)] for digit in number)
    elif way == 3:
        words = at.choice(WORDS)
        text = " ".join(words[int(digit)] if at.random() < 0.4 else digit for digit in number)
    else:
        text = number
    return at.choice(BEFORE if way not in (2, 3) else BEFORE[:4]) + text + at.choice(AFTER)


def _separated(number: str, at: random.Random) -> str:
    """One to three of them, the same or not, after every digit or after some."""
    often, written = at.choice((0.15, 0.3, 1.0)), number[0]
    for digit in number[1:]:
        if at.random() < often:
            written += "".join(at.choice(SEPARATORS) for _ in range(at.randint(1, 3)))
        written += digit
    return written


def _with_letters(number: str, at: random.Random) -> str:
    return "".join(
        {"0": "O", "1": "l"}.get(d, d) if place and at.random() < 0.7 else d for place, d in enumerate(number)
    )


def reference(at: random.Random) -> str:
    """As companies print them on a letter."""
    year, short, long = at.randint(2019, 2027), at.randrange(10**6), at.randrange(10**10)
    return at.choice(
        [
            f"invoice {year}-{short:06d}", f"INV-{short:06d}", f"ref NW-{short:06d}", f"reference HB {short:05d}",
            f"order {at.randint(100, 999)}-{at.randrange(10**7):07d}", f"account {long:010d}", f"#{long:010d}",
            f"case {year}/{short:06d}", f"meter {at.randrange(10**8):08d}", f"factura {year}{short:06d}",
            f"po {short:06d}-{at.randint(1, 99):02d}", f"contract {long:010d}-{at.randint(1, 9)}",
            f"customer no. {at.randint(100, 999)} {at.randint(100, 999)} {at.randint(100, 999)}",
            f"invoice {short:06d} of 11/{at.randint(10, 28)}/{year} over ${at.randint(20, 900)}.{at.randint(0, 99):02d}",
            f"{at.randint(200, 999)}-{at.randint(200, 999)}-{at.randint(1000, 9999)}",
        ]
    )  # fmt: skip
