"""Each kind of thing that must never be missed, by SMS and web, unverified, verified and unknown, in both languages: what
was said is what was stored, and the desk shows it.

A text that states more than is stored is not rendered at all (`truths`), so that hearing it proves half of this.
"""

from __future__ import annotations

import pytest

from bot import contact, core, handoff
from bot.contact import texts
from bot.dialogue.effects import DISPUTES, STOPS
from bot.web import desk_holds, desk_view, hold_words
from bot.web import texts as page_texts
from tests.examples import every_pair
from tests.law.kit import MARIA, World

KINDS = {
    **{name: stop.hold.value if stop.hold else None for name, stop in STOPS.items()},
    **dict.fromkeys(DISPUTES - {"other", "request_validation"}, "dispute"),
    "request_validation": "validation",
    "cease_contact": "cease",
    "opt_out": None,
    "wrong_person": None,
    "threat": None,
}
STATES = ("sms unverified", "sms verified", "web unknown")


def world_in(state: str, language: contact.Language) -> World:
    world = World("sms", "+15550100001") if state.startswith("sms") else World()
    if state == "sms verified":
        world.says(MARIA)
    world.talker.language = language
    return world


@pytest.mark.parametrize(("said", "state", "language"), every_pair(sorted(KINDS), STATES, ("en", "es")))
def test_what_was_said_is_what_was_stored_as_the_desk_shows_it(
    said: str, state: str, language: contact.Language
) -> None:
    world = world_in(state, language)
    before = world.last()
    names = world.says(said)
    kind, talk, now = KINDS[said], world.talk(), world.clock.now()
    (row, *_) = [row for row in world.rows() if row.number > before and row.state != "blocked"]
    approved = texts.load()[names[0]].text(language, talk.channel)
    begins = approved.split("{")[0]  # a long SMS goes without its accents
    assert row.text.startswith((begins, begins.translate(str.maketrans("áíóú", "aiou")))), "in their language"
    assert world.holds() == ({kind} if kind else set())
    with core.reading(world.database) as session:
        stopped = contact.opted_out_since(session, talk.channel, talk.address) is not None
        case = handoff.open_case_of(session, talk.id)
        held = desk_holds.holds(session, now, "en")
        over = contact.holds_over(session, contact.conversation(session, talk.id), now)
        shown = dict(desk_view.facts(session, case, talk, over, (), "en", "UTC")) if case else {}
    assert stopped is (said in ("opt_out", "wrong_person"))
    assert (kind is None) or any(one.kind == in_words(kind) for one in held)
    if said not in ("opt_out", "wrong_person"):
        assert case is not None and shown["On hold for"] == (in_words(kind) if kind else "nothing")


def in_words(kind: str) -> str:
    return hold_words.kind(contact.HoldKind(kind), page_texts.speaker("en"))
