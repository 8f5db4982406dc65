"""Nothing that people can type breaks the grammar, or makes it slow."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.grammar import Amount, Count, Day, Duration, Percentage, Vague, date_of_birth, postcode, read
from bot.dialogue.grammar.words import spread, table
from tests.examples import many
from tests.grammar.cases import NOW

_WORDS = (
    "50 $50 40-50 1,5oo half 1/2 12/15 the 15th 3rd el 15 friday nxt fri viernes lunes a month al mes every other cada "
    "dos semanas and y then luego not no mejor , . ; ! ? now hoy payments pagos x4 c/u % k grand mil cien twenty fitty "
    "hundred today mañana in two weeks en 15 dias when i get paid quincena between to from until til march may 5th "
    "1st ²½ ٣ 🙂 5️⃣0️⃣ \ue005 \uf001 \n ' - 2nite"
)
_JOINS = (
    "from after before of de del la el the next last first a one cada en in con / - , cents business day after that "
    "friday christmas navidad thanksgiving quincena weekend couple of twenties y medio o sea i mean x xx/100 following"
)
_DAYS, _NUMBERS = table("days"), table("numbers")
_NAMED = [
    *(word for name in ("weekdays", "months") for word in spread(_DAYS[name])),
    *(
        word
        for name in ("units", "tens", "hundreds", "multiples", "ordinals", "notes")
        for word in spread(_NUMBERS[name])
    ),
]
_PIECES = st.sampled_from([*_WORDS.split(" "), *_JOINS.split(" "), *_NAMED])
_MESSAGES = st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=40).map(" ".join))
_NOWS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2050, 1, 1)).map(
    lambda at: at.replace(tzinfo=NOW.tzinfo)
)


@given(_MESSAGES, _NOWS, st.sampled_from([None, "en", "es"]))
@settings(max_examples=many(2_000), deadline=None)
def test_any_text_is_read_into_possible_values(message: str, now: datetime, language: str | None) -> None:
    reading = read(message, now=now, language=language)
    for found in (*reading.entities, *reading.questions):
        assert 0 <= found.start < found.end <= len(message)
        assert found.as_dict()["start"] == found.start
    for entity in reading.entities:
        assert _possible(entity, now), entity
    spans = sorted((e.start, e.end) for e in reading.entities)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:]))


def _possible(entity: object, now: datetime) -> bool:
    if isinstance(entity, Amount):
        return entity.minor >= 0
    if isinstance(entity, Day):
        return entity.value >= now.date()
    if isinstance(entity, Percentage):
        return 0 < entity.share <= 1
    if isinstance(entity, Count):
        return entity.value >= 1
    return not isinstance(entity, Duration) or entity.days >= 1


@given(_MESSAGES, _NOWS)
@settings(max_examples=many(1_000), deadline=None)
def test_no_text_makes_somebody_born_in_the_future(message: str, now: datetime) -> None:
    born = date_of_birth(message, now)
    assert born is None or born <= now.date()


@given(_MESSAGES)
@settings(max_examples=many(1_000), deadline=None)
def test_a_postcode_has_five_or_nine_digits(message: str) -> None:
    found = postcode(message)
    assert found is None or found.replace("-", "").isdigit() and len(found) in (5, 10)


@pytest.mark.parametrize(
    "piece", ["a ", "1 ", "no 50, ", "the 15th and ", "x", "$", "20 a month ", "- ", "between 40 and 50 ", "más "]
)
def test_of_ten_thousand_letters_only_the_first_thousand_are_read(piece: str) -> None:
    long = (piece * 10_000)[:10_000]
    reading = read(long, now=NOW)
    assert all(found.end <= 1000 for found in (*reading.entities, *reading.questions))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        read("tomorrow", now=datetime(2026, 3, 11))


def test_the_day_is_the_day_of_the_debtors_own_zone() -> None:
    late = datetime(2026, 3, 12, 3, 30, tzinfo=__import__("zoneinfo").ZoneInfo("UTC"))
    there = late.astimezone(NOW.tzinfo)
    (today,) = read("today", now=there).of(Day)
    assert today.value == late.date() - timedelta(days=1)


def test_a_vague_word_names_its_question_and_place() -> None:
    (question,) = read("50 when my check clears", now=NOW).questions
    assert question == Vague(kind="payday", start=3, end=23, question="payday")
