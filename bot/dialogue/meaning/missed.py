"""A question that nobody understood, beside what was: it is given back in their words, and not passed over."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.meaning.acts import Adjust, AskAbout, Said
from bot.dialogue.meaning.heard import Clause, Heard
from bot.dialogue.meaning.order import ALARMS, QUESTIONS, TALK, kind
from bot.dialogue.meaning.released import says_release

_EXPLAINED = 0.15
"""From here on what was heard of the message is what the clause asks."""
_PLAIN = 0.4
_FEWEST, _LONGEST = 5, 60
"""Fewer words point back to what stands before ("is that ok?"); more are cut."""


def missed(heard: Heard, said: Sequence[Said]) -> str:
    """The first clause that asks something which no act of the message explains; at most 60 characters, or empty. A greeting
    asks nothing, whatever its mark.."""
    labels, names = {_label(one) for one in said}, {one.name for one in said}
    if names <= TALK or names & ALARMS:
        return ""
    wishes = any(kind(one) == "answer" for one in names)
    left = [one for one in labels if one.partition(":")[0] in QUESTIONS and not _is_of_a_clause(one, heard)]
    for clause in heard.clauses:
        explained = max(clause.likely.get(one, 0) for one in labels) >= _EXPLAINED or _is_meant(clause, labels)
        explained = explained or wishes and clause.asks_leave
        explained = explained or "take_back" in names and says_release(clause.text)
        if not clause.is_question or explained or len(clause.text.split()) < _FEWEST:
            continue
        if not left:
            return clause.text if len(clause.text) <= _LONGEST else clause.text[: _LONGEST - 1].rstrip() + "…"
        left.pop()  # a question that was heard of the message as a whole, and of no clause of it, is this one
    return ""


def _is_of_a_clause(label: str, heard: Heard) -> bool:
    return any(clause.likely.get(label, 0) >= _EXPLAINED for clause in heard.clauses)


def _is_meant(clause: Clause, labels: set[str]) -> bool:
    """What it plainly says is heard of the message, or is another name for it: of answers there is one. Talk is no matter."""
    plain = clause.likely.get(clause.likeliest, 0) >= _PLAIN and kind(clause.likeliest)
    return plain in TALK or clause.likeliest in labels or plain == "answer" and plain in {kind(one) for one in labels}


def _label(said: Said) -> str:
    act = said.act
    value = act.about if isinstance(act, AskAbout) else act.to if isinstance(act, Adjust) else ""
    return f"{said.name}:{value}" if value else said.name
