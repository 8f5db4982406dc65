"""The one door to a debtor, as a pure decision. Each rule has an id, a source, and one question.

`decide` asks all rules: the first that says no wins, and the ids of all that spoke are kept with the message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.contact.model import BOT, QUEUE, Decision, HoldKind, Say

_ALWAYS = frozenset({"safety", "opt_out", "hold", "handoff", "rights"})
_STILL_TALKING = _ALWAYS | {"reply", "facts", "receipt"}
HOLD_ALLOWS: dict[HoldKind, frozenset[str]] = dict.fromkeys(HoldKind, _ALWAYS) | {
    # 12 CFR 1006.38(d): collecting stops; what they ask is still answered, and nothing is asked of them.
    HoldKind.DISPUTE: _STILL_TALKING,
    HoldKind.VALIDATION: _STILL_TALKING,
    HoldKind.COMPLAINT: _STILL_TALKING,
    HoldKind.MILITARY: _STILL_TALKING,
    # 12 CFR 1006.6(c): one note that it is honoured.
    HoldKind.CEASE: frozenset({"safety", "opt_out", "hold"}),
}
"""Message tags that a hold still lets through."""


@dataclass(frozen=True)
class Asked:
    """All facts that the door looks at."""

    say: Say
    is_verified: bool
    is_reply: bool
    """True when it answers a message of theirs; False when we start."""
    opted_out: bool
    answered_since_opt_out: bool
    """True when something other than the confirmation was already sent after they opted out."""
    holds: tuple[HoldKind, ...]
    by_bot: bool
    owner: str
    role: str
    automation_disclosed: bool
    """The automated assistant named itself in this session."""
    collection_disclosed: bool


@dataclass(frozen=True)
class Rule:
    id: str
    source: str
    forbids: Callable[[Asked], bool]


RULES: tuple[Rule, ...] = (
    Rule("PAR-VERIFIED", "12 CFR 1006.6(d)(1)", lambda a: a.say.audience == "verified" and not a.is_verified),
    Rule(
        "PAR-OWNER",
        "a person has taken the conversation: the bot is silent",
        lambda a: (
            a.by_bot
            and a.owner not in (BOT, QUEUE)
            and a.say.tag not in ("handoff", "safety", "opt_out", "receipt", "hold")
        ),
    ),
    Rule(
        "TC-01",
        "47 CFR 64.1200(a)(10); 12 CFR 1006.14(h)(2)",
        lambda a: (
            a.opted_out and a.say.tag not in ("opt_out", "safety") and (not a.is_reply or a.answered_since_opt_out)
        ),
    ),
    *(
        Rule(
            f"HOLD-{kind.value.upper()}",
            "a hold names what it still allows",
            lambda a, kind=kind: kind in a.holds and a.say.tag not in HOLD_ALLOWS[kind],  # type: ignore[misc]
        )
        for kind in HoldKind
    ),
)

_BARE = frozenset({"opt_out", "safety"})
"""Tags that carry nothing but themselves (12 CFR 1006.14(h)(2)(i): one confirmation and no more)."""


def decide(asked: Asked) -> Decision:
    for rule in RULES:
        if rule.forbids(asked):
            return Decision(allowed=False, rules=(rule.id,))
    added = tuple(_disclosures(asked))
    return Decision(True, tuple(rule for rule, _ in added) or ("PAR-ALLOWED",), tuple(text for _, text in added))


def _disclosures(asked: Asked) -> list[tuple[str, str]]:
    """What the law wants at the end of this message: (rule, response)."""
    if asked.say.tag in _BARE:
        return []
    added = []
    if asked.opted_out and asked.by_bot:
        # The one answer that is allowed says how to hear more.
        added.append(("TC-01", "utter_contact_stopped"))
    elif not asked.automation_disclosed and asked.by_bot:
        # Cal. Bus. & Prof. 17941 and the like; 12 CFR 1006.6(e): a way to opt out.
        added.append(("BOT-01", "utter_contact_automated"))
    if asked.role == "third_party" and asked.is_verified and asked.say.audience == "verified":
        # 12 CFR 1006.18(e)(1) on the first communication, (e)(2) on each later one.
        first = not asked.collection_disclosed
        added.append(("RF-19", "utter_contact_mini_miranda") if first else ("RF-20", "utter_contact_collector"))
    return added
