"""Puts messages that were written with their scene into Rasa's own format: `scripts/scenes_to_nlu.py FOLDER FILE...`

A file holds JSON lines {"t": text, "l": language, "s": scene, "a": acts}, figures marked as [40](amount:each). What is
there already stays. A line that cannot be read is named, and nothing is written.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

_FIGURE = re.compile(r"\[([^\]]*)\]\(([a-z_]+)(?::([a-z_]+))?\)")
_KINDS = ("amount", "date", "frequency", "count", "percentage", "duration")
_INTENTS = {
    "accept": "affirm", "refuse": "refuse_offer", "adjust": "refuse_offer", "choose": "choose_option",
    "propose": "propose_terms", "pay": "pay_now", "promise": "promise_to_pay", "identify": "inform", "talk_of": "inform",
    "divide": "propose_terms", "move": "reschedule_payment", "skip": "reschedule_payment", "is_well": "affirm",
    "change_amount": "reschedule_payment", "change_rhythm": "reschedule_payment", "no_more": "inform", "keep": "deny",
    "cannot_say": "deny", "think_it_over": "deny", "drop": "deny", "is_not_well": "deny", "ask_about": "plan_status",
    "unclear": "out_of_scope", "nothing": "thanks", "minor": "third_party", "take_back": "deny",
}  # fmt: skip
_ROOMS = {
    "safety": "crisis abuse_or_coercion minor is_well is_not_well threat",
    "contact": "bankruptcy attorney deceased identity_theft military cease_contact opt_out opt_in wrong_person complaint "
    "legal_threat third_party privacy_request contact_preference update_contact change_language",
    "accounts": "not_my_debt wrong_amount already_paid service_dispute request_validation too_old ask_balance ask_breakdown "
    "ask_origin ask_history ask_documents ask_fees",
    "payments": "pay move skip change_amount change_rhythm cancel_plan plan_status payment_problem payment_methods "
    "autopay_on autopay_off change_payment_method refund promise keep divide talk_of",
    "dialogue": "unclear nothing thanks greet goodbye help repeat start_over anger out_of_scope identify feedback "
    "talk_to_human bot_challenge who_are_you is_this_a_scam why_verify",
}
_ROOM = {name: room for room, names in _ROOMS.items() for name in names.split()}


def main(folder: Path, paths: Iterable[Path]) -> None:
    lines, problems = [], []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                lines += [_checked(json.loads(line))] if line.strip() else []
            except (ValueError, KeyError, TypeError) as wrong:
                problems.append(f"{path}, line {number}: {wrong!r}")
    if problems:
        sys.exit("\n".join(problems))
    files: dict[Path, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for text, language, intent, room, metadata in lines:
        path = folder / f"scenes_{room}{'.es' if language == 'es' else ''}.yml"
        files[path][_key(intent, metadata)].append(text)
    for path, blocks in files.items():
        _write(path, blocks)


def _checked(line: dict[str, Any]) -> tuple[str, str, str, str, dict[str, Any]]:
    acts = list(line["a"])
    first = (acts or ["nothing"])[0].partition(":")[0]
    text = " ".join(_FIGURE.sub(_in_rasas_words, line["t"].replace("{", "(").replace("}", ")")).split())
    metadata = {"scene": line["s"], "acts": acts}
    return text, line["l"], _INTENTS.get(first, first), _ROOM.get(first, "negotiation"), metadata


def _in_rasas_words(match: re.Match[str]) -> str:
    if match[2] not in _KINDS:
        return match[1]
    role = f', "role": "{match[3]}"' if match[3] else ""
    return f'[{match[1]}]{{"entity": "{match[2]}"{role}}}'


def _key(intent: str, metadata: dict[str, Any]) -> str:
    return json.dumps({"intent": intent, "metadata": metadata}, sort_keys=True, ensure_ascii=False)


def _write(path: Path, blocks: dict[str, list[str]]) -> None:
    """Blocks of one scene and one set of acts, each message once."""
    if path.exists():
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            before = [line[2:] for line in block["examples"].splitlines() if line.startswith("- ")]
            key = _key(block["intent"], block["metadata"])
            blocks[key] = [*before, *blocks.get(key, ())]
    out = ["# Messages with the scene that they were written in, and what they do there.", 'version: "3.1"', "", "nlu:"]
    for key in sorted(blocks):
        told = json.loads(key)
        shown = yaml.safe_dump(told["metadata"], default_flow_style=True, allow_unicode=True, width=10_000).strip()
        out += [f"  - intent: {told['intent']}", f"    metadata: {shown}", "    examples: |"]
        out += [f"      - {text}" for text in dict.fromkeys(blocks[key])]
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), map(Path, sys.argv[2:]))
