"""Runs all measurements, prints them as a table and writes bench/results.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench import grammar, negotiation, several, turns, understanding
from bot import logs

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    logs.configure()
    rows = [*grammar.measure(), *negotiation.measure(), *turns.measure(), *several.measure(), *understanding.measure()]
    if "--nlu" in sys.argv:
        from bench import nlu

        rows += nlu.measure()
    for row in rows:
        print(f"{row['name']:<80} {row['value']:>12,.3f} {row['unit']:<8} {row['context']}")
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
