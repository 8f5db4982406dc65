"""A question that nobody understood, beside what was: it is given back in their words, and not passed over."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.meaning.acts import Adjust, AskAbout, Said
from bot.dialogue.meaning.heard import Clause, Heard
from bot.dialogue.meaning.order import ALARMS, TALK, kind

_EXPLAINED = 0.15
"""From here on what was heard of the message is what the clause asks."""
_PLAIN = 0.4
_FEWEST, _LONGEST = 4, 60
"""Fewer words point back to what stands before ("is that ok?"); more are cut."""


def missed(heard: Heard, said: Sequence[Said]) -> str:
    """The first clause that asks something which no act of the message explains; at most 60 characters, or empty. A greeting
    asks nothing, whatever its mark.."""
    labels, names = {_label(one) for one in said}, {one.name for one in said}
    if names <= TALK or names & ALARMS:
        return ""
    wishes = any(kind(one) == "answer" for one in names)
    for clause in heard.clauses:
        explained = max(clause.likely.get(one, 0) for one in labels) >= _EXPLAINED or _is_meant(clause, labels)
        explained = explained or wishes and clause.asks_leave
        if clause.is_question and not explained and len(clause.text.split()) >= _FEWEST:
            return clause.text if len(clause.text) <= _LONGEST else clause.text[: _LONGEST - 1].rstrip() + "…"
    return ""


def _is_meant(clause: Clause, labels: set[str]) -> bool:
    """What it plainly says is heard of the message, or is another name for it: of answers there is one. Talk is no matter."""
    plain = clause.likely.get(clause.likeliest, 0) >= _PLAIN and kind(clause.likeliest)
    return plain in TALK or clause.likeliest in labels or plain == "answer" and plain in {kind(one) for one in labels}


def _label(said: Said) -> str:
    act = said.act
    value = act.about if isinstance(act, AskAbout) else act.to if isinstance(act, Adjust) else ""
    return f"{said.name}:{value}" if value else said.name
