"""Numbers beside the name of a debt: "70 clinic", "25 al gym", "gym gets 30". The names come with the message."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.dialogue.grammar.words import Rule, filled, found

_GOES = "goes|go|going|is|va|van|vayan|son"
_GETS = "gets?|takes?|receives?|can (?:get|have)|recibe|le tocan?|le (?:doy|pongo|pago|abono)|que sean|con"
_AFTER = re.compile(filled(rf"^ ?(?:(?:(?:{_GOES}) )?<towards> )?(?:<the_debt> )?(?P<name>[a-z]{{3,}})(?![a-z])"))
_BEFORE = re.compile(rf"(?<![a-z])(?P<name>[a-z]{{3,}})(?: (?:{_GETS}))?,? ?[:=-]? ?$")
_PLURAL = re.compile(r"^ ?[a-z]+s\b")


@lru_cache(maxsize=64)
def rhythms_behind(names: frozenset[str]) -> tuple[Rule, ...]:
    """The rule for "30 gym a week": what is paid so stands in front of the name."""
    every = "|".join(sorted(map(re.escape, names)))
    beside = rf"{{N}} ?(?:<towards> )?(?:<the_debt> )?(?:{every}),? ?(?P<e>(?P<unit>{{J}}))"
    return (Rule("rate", (), re.compile(filled(beside))),) if names else ()


def beside_a_name(names: frozenset[str], before: str, after: str) -> bool:
    """Whether a number between these words stands right before or behind one of `names`."""
    if not names or found("never_before", before) or found("never_after", after):
        return False
    follows, precedes = _AFTER.match(after), _BEFORE.search(before.rstrip("$"))
    if follows and follows["name"] in names and not _counts(after[follows.end() :]):
        return True
    return precedes is not None and precedes["name"] in names and not _counts(after)


def _counts(after: str) -> bool:
    """ "20 gym classes", "clinic 12 visits"."""
    return _PLURAL.match(after) is not None and not found("may_follow", after)
