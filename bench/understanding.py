"""How well messages are understood that were written blind, by the model that the bot would load; some minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot import model_file
from bot.dialogue import parsing, report
from bot.dialogue.report.figures import blind_sets, matters, values

BLIND = Path(__file__).parent.parent / "tests" / "nlu" / "blind"


def measure() -> list[dict[str, Any]]:
    understanding, blind = parsing.load(model_file.train()), report.read_blind(BLIND)
    rows = [
        _row(f"{one.name}: {figure}", share)
        for one in blind_sets(understanding, blind)
        for figure, share in one.figures.items()
        if share.of
    ]
    for number, told in blind.money.items():
        read = values(understanding, told, "")
        rows.append(_row(f"values, writing {number}: exactly right", read.exact))
        rows.append(_row(f"values, writing {number}: read wrong", read.wrong))
    for number, said in blind.several.items():
        heard = matters(understanding, said, "")
        rows.append(_row(f"several matters, writing {number}: all heard", heard.all_heard))
        rows.append(_row(f"several matters, writing {number}: most pressing first", heard.first_right))
    return rows


def _row(name: str, share: report.Share) -> dict[str, Any]:
    low, high = share.interval
    context = f"{share.hits} of {share.of}, 95 % interval {low:.3f} to {high:.3f}"
    return {"name": name, "value": round(share.value, 4), "unit": "share", "context": context}
