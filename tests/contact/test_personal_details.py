"""What is taken out of a message before managers read it, and what stays because it teaches."""

from __future__ import annotations

import pytest

from bot.contact.masking.personal import without_details


@pytest.mark.parametrize(
    ("wrote", "read"),
    [
        ("hi this is Maria Lopez, call 202-555-0143", "hi this is [name], call [phone]"),
        ("my name is Ana and i cant pay", "my name is [name] and i cant pay"),
        ("Me llamo Juan Pérez y vivo en calle Mayor 12", "Me llamo [name] y vivo en [address]"),
        ("write to ana.b+x@mail.example or www.me.example/x", "write to [e-mail] or [link]"),
        ("born 4/12/1985, zip 30318", "born [birth date removed], zip [number]"),
        ("naci el 12 de abril de 1985", "naci el [birth date removed]"),
        ("ref NW-1000234 please", "ref [number] please"),
        ("i moved to 12 Oak Street apt 4", "i moved to [address]"),
    ],
)
def test_who_it_is_is_taken_out(wrote: str, read: str) -> None:
    assert without_details(wrote) == read
    assert without_details(read) == read


@pytest.mark.parametrize(
    "wrote",
    [
        "i can do $50 on 12/15/2026 and 40 a month",
        "half now and half on the 3rd",
        "this is too much",
        "i am not paying 1200",
        "i'm sorry",
        "on december 4, 2026",
        "puedo 50 el 15 y 100 el 30",
    ],
)
def test_what_teaches_stays(wrote: str) -> None:
    assert without_details(wrote) == wrote


def test_known_names_go_however_they_are_written_and_parts_of_words_stay() -> None:
    assert without_details("maria here, LOPEZ", ["Maria Lopez"]) == "[name] here, [name]"
    assert without_details("marianas trench", ["Maria Lopez"]) == "marianas trench"
