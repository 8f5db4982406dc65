"""Holds in words: what each kind is for, why one stands, and which kinds there are where somebody lives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot import contact, handoff
from bot.contact import HoldKind
from bot.web import texts

_ONLY_IN: Mapping[HoldKind, frozenset[str]] = {
    HoldKind.VALIDATION: frozenset({"US", "PR", "VI", "GU", "AS", "MP"}),
    HoldKind.MILITARY: frozenset({"US", "PR", "VI", "GU", "AS", "MP"}),
    HoldKind.BREATHING_SPACE: frozenset({"GB"}),
}
"""12 CFR 1006.38(c), 50 USC 3937, and the Debt Respite Scheme Regulations 2020; the others hold everywhere."""
_CLOSED_AS = re.compile(r"case closed as (\w+)")
_OF_DISPUTE = re.compile(r"(D-\d+): (\w+)")
_MACHINE = re.compile(r"[a-z]+(?:_[a-z]+)*")
NOTE = contact.NOTE
"""Where a hold keeps what a colleague said of it later, beside what they said of themselves."""


def kind(one: HoldKind, say: texts.Speaker) -> str:
    return say(f"hold_{one.value}")


def kinds(found: Iterable[HoldKind], say: texts.Speaker) -> str:
    """Each once."""
    return ", ".join(kind(one, say) for one in sorted(set(found), key=list(HoldKind).index))


def named(what: str, say: texts.Speaker) -> str:
    """What an entry of the thread calls it, in words; anything else as it stands."""
    name = what.replace(" ", "_")
    return kind(HoldKind(name), say) if name in {one.value for one in HoldKind} else what


def why(hold: contact.Hold, say: texts.Speaker) -> str:
    """Why it stands, as a colleague said or as the assistant heard."""
    return " · ".join(filter(None, [_reason(hold.reason, say), hold.given.get(NOTE, "")]))


def _reason(reason: str, say: texts.Speaker) -> str:
    if found := _CLOSED_AS.fullmatch(reason):
        return say("hold_closed_as", code=say(f"code_{found[1]}")) if found[1] in _codes() else reason
    if found := _OF_DISPUTE.fullmatch(reason):
        return say("hold_of_dispute", number=found[1])
    return say("hold_heard") if _MACHINE.fullmatch(reason) else reason


def _codes() -> set[str]:
    return {code.value for code in handoff.Code}


def offered(country: str, say: texts.Speaker) -> list[tuple[str, str, str]]:
    """(value, name, what it is for) of those that can be placed by hand on somebody there; breathing space has a form
    of its own.
    """
    here = [one for one in HoldKind if one is not HoldKind.BREATHING_SPACE and is_known_in(one, country)]
    return [(one.value, kind(one, say), say(f"hold_about_{one.value}")) for one in here]


def is_known_in(one: HoldKind, country: str) -> bool:
    return country in _ONLY_IN.get(one, frozenset({country}))
