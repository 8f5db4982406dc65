"""Runs all measurements, prints each as it comes and writes bench/results.json; `python -m bench turns` runs a part."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench import (
    crowd,
    desk,
    figures,
    grammar,
    intake,
    negotiation,
    queued,
    scores,
    several,
    turns,
    understanding,
    webhooks,
)
from bot import logs

PARTS: dict[str, Any] = {
    "grammar": grammar, "negotiation": negotiation, "turns": turns, "crowd": crowd, "several": several, "queued": queued,
    "understanding": understanding, "desk": desk, "figures": figures, "intake": intake,
    "webhooks": webhooks, "scores": scores,
}  # fmt: skip
RESULTS = Path(__file__).with_name("results.json")


def _asked() -> list[str]:
    """The parts that are named on the command line; all of them when none is."""
    named = [name for name in sys.argv[1:] if not name.startswith("-")]
    unknown = [name for name in named if name not in PARTS]
    if unknown:
        sys.exit(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    return named or list(PARTS)


def main() -> None:
    logs.configure()
    parts = [PARTS[name] for name in _asked()]
    if "--nlu" in sys.argv:
        from bench import nlu

        parts.append(nlu)
    rows: list[dict[str, Any]] = []
    for row in (row for part in parts for row in part.measure()):
        print(f"{row['name']:<80} {row['value']:>12,.3f} {row['unit']:<8} {row['context']}", flush=True)
        rows.append(row)
    if _asked() != list(PARTS):
        return  # a part is looked at; the results are of all
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
