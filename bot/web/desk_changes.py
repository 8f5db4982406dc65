"""What doing something would change, found by doing it and taking it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot import contact, handoff
from bot.core import Session
from bot.web import desk_links, desk_owed, desk_view, hold_words, texts
from bot.web.parts import Parts

_SECRET = re.compile(r"(https?://[^\s/]+/[ap]/)\S+")
"""The part of our addresses that is made anew each time, so that what is shown stays the same."""


@dataclass(frozen=True)
class _Now:
    """What is looked at before and after."""

    holds: dict[str, contact.Hold]
    over: tuple[contact.Hold, ...]
    said: dict[str, contact.Line]
    waiting: frozenset[str]
    is_open: bool
    owed: tuple[desk_owed.Standing, ...] = ()
    links: desk_links.Open = field(default_factory=dict)


def of(
    session: Session, parts: Parts, case: handoff.Case | None, do: Callable[[], None], spoken: str,
    code: handoff.Code | None = None, *, told_later: bool = False,
) -> list[str]:  # fmt: skip
    """One sentence each; "Nothing changes" is one, too, and "Nothing is sent", unless they are `told_later`. `code` where
    the case would end so.
    """
    began = parts.settings.clock.now()
    before = _look(session, parts, case)
    savepoint = session.begin_nested()
    try:
        do()
        after = _look(session, parts, case)
    finally:
        savepoint.rollback()
    say = texts.speaker(spoken)
    changes = [
        *desk_owed.changes(before.owed, after.owed, spoken),
        *desk_links.changes(before.links, after.links, began, parts.settings.time_zone, spoken),
        *_of_holds(before, after, say, code),
    ]
    if words := _of_words(before, after, say):
        changes += words
    elif case is not None and changes and not told_later:
        changes.append(say("change_silent"))
    if before.is_open and not after.is_open:
        changes.append(say("change_closed"))
    return changes or [say("change_nothing")]


def _look(session: Session, parts: Parts, case: handoff.Case | None) -> _Now:
    holds = {hold.id: hold for hold in contact.every_active_hold(session, parts.settings.clock.now())}
    if case is None:
        return _Now(holds, (), {}, frozenset(), False)
    talk = contact.conversation(session, case.conversation_id)
    lines = contact.transcript(session, talk.id, blocked=True)
    return _Now(
        holds,
        contact.holds_over(session, talk, parts.settings.clock.now()),
        {line.id: line for line in lines if line.author != "debtor"},
        frozenset(line.id for line in lines if line.author == "debtor" and line.state == "ready"),
        handoff.open_case_of(session, talk.id) is not None,
        desk_owed.standing(session, talk, parts.settings.clock.now()),
        desk_links.standing(session, talk, parts.settings.clock.now()),
    )


def _of_holds(before: _Now, after: _Now, say: texts.Speaker, code: handoff.Code | None) -> list[str]:
    """Which begin, end and stay; with `code` also what this way to end a case does about them."""
    begun = [hold for hold in after.holds.values() if hold.id not in before.holds]
    ended = [hold for hold in before.holds.values() if hold.id not in after.holds]
    found = [
        say(
            "change_hold_begins",
            what=hold_words.kind(hold.kind, say),
            rule=desk_view.rule_says(f"HOLD-{hold.kind.name}"),
        )
        for hold in begun
    ]
    found += [
        say("change_hold_ends", what=hold_words.kind(hold.kind, say), reason=hold_words.why(hold, say).rstrip("."))
        for hold in ended
    ]
    stays = [hold for hold in after.over if hold.id in before.holds]
    told = [hold.kind for hold in stays if hold.given != before.holds[hold.id].given]
    if told:
        found.append(say("change_hold_stands", what=hold_words.kinds(told, say)))
    if code is not None:
        found[:0] = _of_ending(code, {hold.kind for hold in before.over}, say)
    if ended or code is not None:
        left = hold_words.kinds([hold.kind for hold in stays], say)
        found.append(say("change_holds_stay", what=left) if left else say("change_holds_gone") if ended else "")
    return [one for one in dict.fromkeys(found) if one]


def _of_ending(code: handoff.Code, held: set[contact.HoldKind], say: texts.Speaker) -> list[str]:
    kind = handoff.HOLDS_OF.get(code)
    if kind is None:
        return [say("change_ending_free")]
    return [say("change_ending_stands", what=hold_words.kind(kind, say))] if kind in held else []


def _of_words(before: _Now, after: _Now, say: texts.Speaker) -> list[str]:
    new = [line for line_id, line in after.said.items() if line_id not in before.said]
    found = [
        say("change_not_told", rules=", ".join(line.rules))
        if line.state == "blocked"
        else say("change_told", text=_SECRET.sub(r"\1…", line.text))
        for line in new
    ]
    again = len(after.waiting - before.waiting)
    if again:
        found.append(say("change_answers_one" if again == 1 else "change_answers_many", n=again))
    return found
