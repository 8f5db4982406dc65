"""Reads the tables of sentences: "message => what it says", in the notation that english.txt explains."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.dialogue.grammar import Amount, Count, Day, Duration, Entity, Frequency, Percentage, Reading, Vague, read

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("America/New_York"))
_HERE = Path(__file__).parent


def table(name: str) -> list[tuple[str, str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    told = (line.rsplit(" => ", 1) for line in lines if line.strip() and not line.startswith("# "))
    return [(message, meaning) for message, meaning in told]


def meaning(message: str) -> str:
    return shown(read(message, now=NOW))


def shown(reading: Reading) -> str:
    said = [_entity(entity) for entity in reading.entities] + [_question(q) for q in reading.questions]
    return " ; ".join(sorted(said)) or "-"


def in_order(meaning: str) -> str:
    return " ; ".join(sorted(part.strip() for part in meaning.split(" ; ")))


def _entity(entity: Entity) -> str:
    role = f" {entity.role}" if entity.role else ""
    return _value(entity) + role + (" rest" if isinstance(entity, Day) and entity.rest else "")


def _question(vague: Vague) -> str:
    """ "?which_date in 04-01..04-30 rest": the days that are meant, and whether the rest is paid then."""
    period = f" in {_day(vague.period[0])}..{_day(vague.period[1])}" if vague.period else ""
    return f"?{vague.question}{period}" + (" rest" if vague.rest else "")


def _value(entity: Entity) -> str:
    if isinstance(entity, Amount):
        sign = {"USD": "$", "EUR": "€", "GBP": "£"}[entity.currency]
        cents = f"{entity.minor / 100:.2f}".removesuffix(".00")
        return f"{sign}{cents}" + (f" ({entity.about})" if entity.about else "")
    if isinstance(entity, Day):
        return "@" + _day(entity.value)
    if isinstance(entity, Frequency):
        return _frequency(entity)
    if isinstance(entity, Percentage):
        return f"{entity.as_dict()['value']}%"
    if isinstance(entity, Count):
        return f"x{entity.value}"
    assert isinstance(entity, Duration)
    return f"{entity.days}d"


def _day(day: date) -> str:
    return day.isoformat().removeprefix("2026-")


def _frequency(entity: Frequency) -> str:
    details = [str(day) for day in entity.days_of_month]
    if entity.nth:
        details.append(str(entity.nth))
    if entity.weekday is not None:
        details.append(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[entity.weekday])
    return entity.value + (":" + ",".join(details) if details else "")
