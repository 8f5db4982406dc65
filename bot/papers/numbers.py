"""Short numbers of documents, to be read out on the telephone: a letter, seven digits and one that catches a slip."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from stdnum import luhn

from bot.core import Session, insert_once
from bot.papers.store import document_numbers

_DIGITS = 7


def number_for(session: Session, letter: str, of: str, party_id: str) -> str:
    """The number of whatever `of` names, the same for ever. It tells nothing of what or how much there is."""
    table = document_numbers
    while True:
        digits = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        number = f"{letter}{digits}{luhn.calc_check_digit(digits)}"
        if insert_once(session, table, {"number": number, "of": of, "party_id": party_id}):
            return number
        known = session.execute(sa.select(table.c.number).where(table.c.of == of)).scalar()
        if known is not None:  # else the number was somebody else's
            return str(known)


def spoken(number: str) -> str:
    """As it is shown: "R 4827 1936"."""
    return f"{number[:1]} {number[1:5]} {number[5:]}"


def read(words: str) -> str | None:
    """As it is stored, however it was written down; None when it is no number of ours."""
    letters = "".join(letter for letter in words.upper() if letter.isascii() and letter.isalnum())
    is_one = len(letters) == _DIGITS + 2 and letters[:1].isalpha() and letters[1:].isdecimal()
    return letters if is_one and luhn.is_valid(letters[1:]) else None


def owner(session: Session, words: str) -> str | None:
    """Whose document has this number; for staff."""
    number, table = read(words), document_numbers
    query = sa.select(table.c.party_id).where(table.c.number == number)
    return session.execute(query).scalar() if number is not None else None
