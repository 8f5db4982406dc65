"""What happens to a case that nobody answers right now: put aside, given to a colleague, talked about, begun."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.engine import Engine

from bot import contact, core, handoff
from bot.core import Problems
from tests.handoff.test_whose_it_is import ANA, SAM, SUE, World

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 11, 18, 17, tzinfo=timezone.utc)
CARD = "4242 4242 4242 4242"
NAMES = {SAM: "Sam", ANA: "Ana", SUE: "Sue Ánn"}


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, NOON)


def snooze(world: World, until: datetime, by: str = SAM) -> datetime:
    return world.within(lambda s: handoff.snooze(s, now_case(s, world), until, by=by, now=world.clock.now()))


def now_case(session, world: World) -> handoff.Case:
    case = handoff.open_case_of(session, world.case.conversation_id)
    assert case is not None
    return case


def case_of(world: World) -> handoff.Case:
    return world.within(lambda session: now_case(session, world))


def answered(world: World) -> World:
    world.take()
    world.reply("I'll ask the billing team.")
    return world


def test_a_case_put_aside_stays_theirs_and_comes_back_at_its_time(world: World) -> None:
    back = snooze(answered(world), NOON + timedelta(hours=3))
    assert back == NOON + timedelta(hours=3) and world.owner() == SAM
    assert case_of(world).is_snoozed(NOON) and not case_of(world).is_back(NOON)
    world.clock.move(timedelta(hours=3))
    assert case_of(world).is_back(world.clock.now()) and not case_of(world).is_their_turn(world.clock.now())


def test_a_case_put_aside_comes_back_as_soon_as_they_write(world: World) -> None:
    snooze(answered(world), NOON + timedelta(hours=3))
    world.within(lambda session: world.hears(session, "any news?", overheard=True))
    assert case_of(world).snoozed_until is None and case_of(world).waiting_since == NOON
    kinds = [entry.kind for entry in world.within(lambda s: handoff.entries(s, world.case.conversation_id))]
    assert kinds[-3:] == ["snoozed", "woken", "debtor_wrote"]


def test_whoever_waits_for_an_answer_is_put_aside_until_their_time_runs_out_at_most(world: World) -> None:
    world.take()
    assert snooze(world, NOON + timedelta(hours=3)) == world.case.answer_by
    world.clock.move(timedelta(minutes=30))
    with pytest.raises(Problems):
        snooze(world, NOON + timedelta(hours=3))


def test_whoever_may_be_in_danger_is_answered_before_anything_is_put_aside(world: World) -> None:
    world.take()
    world.within(lambda s: handoff.open_case(s, world.talk(s), handoff.Reason.CRISIS, {}, NOON))
    with pytest.raises(Problems):
        snooze(world, NOON + timedelta(minutes=1))


def test_danger_brings_a_case_back(world: World) -> None:
    snooze(answered(world), NOON + timedelta(hours=3))
    world.within(lambda s: handoff.open_case(s, world.talk(s), handoff.Reason.CRISIS, {}, NOON))
    assert case_of(world).snoozed_until is None


@pytest.mark.parametrize(
    ("later", "allowed"), [(timedelta(0), False), (timedelta(days=30), True), (timedelta(days=31), False)]
)
def test_a_case_is_put_aside_for_thirty_days_at_most(world: World, later: timedelta, allowed: bool) -> None:
    answered(world)
    if allowed:
        assert snooze(world, NOON + later) == NOON + later
    else:
        with pytest.raises(Problems):
            snooze(world, NOON + later)


def test_only_whoever_has_it_puts_it_aside(world: World) -> None:
    world.take()
    with pytest.raises(handoff.Taken):
        snooze(world, NOON + timedelta(hours=1), by=ANA)


def test_what_is_put_aside_comes_last_and_what_came_back_before_those_who_were_answered(world: World) -> None:
    answered(world)
    other = world.within(lambda s: contact.open_conversation(s, "sms", "+12025550144", NOON))
    second = world.within(lambda s: handoff.open_case(s, other, handoff.Reason.ASKED, {}, NOON))

    def order(now: datetime) -> list[bool]:
        return [case.id == second.id for case in world.within(lambda s: handoff.waiting(s, now))]

    snooze(world, NOON + timedelta(minutes=20))
    assert order(NOON) == [True, False]
    assert order(NOON + timedelta(minutes=21)) == [False, True], "its time for an answer would have been over first"


def transfer(
    world: World, to: str = ANA, words: str = "wants a copy of the bill", by: str = SAM, of: str = SAM
) -> None:
    world.within(lambda s: handoff.transfer(s, now_case(s, world), to, words, by=by, now=world.clock.now(), of=of))


def test_a_case_goes_to_a_colleague_with_a_note_and_its_clock(world: World) -> None:
    world.take()
    transfer(world, words=f"his card is {CARD}, do not repeat it")
    assert world.owner() == ANA and case_of(world).answer_by == world.case.answer_by
    last = world.within(lambda s: handoff.entries(s, world.case.conversation_id))[-1]
    assert (last.kind, last.data["to"], CARD in last.data["text"]) == ("transferred", ANA, False)
    assert world.within(lambda s: handoff.unread_mentions(s, ANA)) == {world.case.conversation_id}
    with pytest.raises(handoff.Taken):
        world.reply("one more thing", by=SAM)
    assert world.outbox() == []
    [fact] = world.within(lambda s: core.facts(s, kind="CaseTransferred"))
    assert fact.actor == SAM and "card" not in str(fact.data)


@pytest.mark.parametrize(("to", "words"), [(SAM, "to myself"), (ANA, "  x "), (ANA, "x" * 1601)])
def test_a_case_goes_nowhere_without_a_note_or_to_whoever_has_it(world: World, to: str, words: str) -> None:
    world.take()
    with pytest.raises(Problems):
        transfer(world, to, words)
    assert world.owner() == SAM


def test_of_two_who_give_it_away_at_once_one_does(world: World) -> None:
    world.take()
    transfer(world)
    with pytest.raises(handoff.Taken):
        transfer(world, SUE, by=SUE)
    assert world.owner() == ANA


def test_a_waiting_case_is_given_to_somebody_and_is_theirs(world: World) -> None:
    transfer(world, by=SUE, of=contact.QUEUE)
    assert world.owner() == ANA


def test_card_numbers_are_kept_neither_in_notes_nor_in_drafts_nor_in_replies(world: World) -> None:
    world.take()
    world.within(lambda s: handoff.note(s, world.case, f"card {CARD}", by=SAM, now=NOON))
    world.within(lambda s: handoff.keep_draft(s, world.case.conversation_id, SAM, f"card {CARD}", NOON))
    world.reply(f"is it {CARD}?")
    kept = world.within(lambda s: handoff.entries(s, world.case.conversation_id))
    assert not any("4242" in str(entry.data) for entry in kept) and "4242" not in world.outbox()[0].text


def test_a_colleague_who_is_named_is_told_until_they_have_read_it(world: World) -> None:
    here = world.case.conversation_id
    world.within(lambda s: handoff.note(s, world.case, "@sue ann, @Sam: look", by=SAM, now=NOON, colleagues=NAMES))
    unread = {who: world.within(lambda s, who=who: handoff.unread_mentions(s, who)) for who in NAMES}
    assert unread == {SAM: set(), ANA: set(), SUE: {here}}
    world.within(lambda s: handoff.read_mentions(s, here, SUE, NOON))
    assert world.within(lambda s: handoff.unread_mentions(s, SUE)) == set()


def test_a_draft_is_kept_for_each_person_and_ends_when_it_is_sent(world: World) -> None:
    here = world.case.conversation_id
    world.take()
    for who, text in ((SAM, "half a"), (SAM, "half a sentence"), (ANA, "another")):
        world.within(lambda s, who=who, text=text: handoff.keep_draft(s, here, who, text, NOON))
    drafts = [world.within(lambda s, who=who: handoff.draft_of(s, here, who)) for who in (SAM, ANA)]
    assert drafts == ["half a sentence", "another"]
    world.reply("a whole sentence")
    world.within(lambda s: handoff.keep_draft(s, here, ANA, " ", NOON))
    assert [world.within(lambda s, who=who: handoff.draft_of(s, here, who)) for who in (SAM, ANA)] == ["", ""]


def test_who_is_there_is_forgotten_when_their_page_falls_silent(world: World) -> None:
    world.within(lambda s: handoff.seen(s, SAM, "con_1", NOON, typing=True))
    world.within(lambda s: handoff.seen(s, ANA, "", NOON, typing=False))

    def there(seconds: int) -> dict[str, tuple[str, bool]]:
        found = world.within(lambda s: handoff.online(s, NOON + timedelta(seconds=seconds)))
        return {who: (one.conversation_id, one.is_typing) for who, one in found.items()}

    assert there(1) == {SAM: ("con_1", True), ANA: ("", False)}
    assert there(21)[SAM] == ("con_1", False)
    assert there(40) == {}


VALUES = {
    "agent": "Sam",
    "company": "Northwind",
    "phone": "+1 555",
    "name": "Maria",
    "reference": "NW-1",
    "balance": "$5",
    "dispute": "D-1010",
    "answer_by": "December 18",
    "paid": "$40",
    "paid_on": "November 12",
    "link_amount": "$40",
    "link_until": "November 25",
    "lifeline": "988",
    "danger": "911",
    "upheld": "D-1011",
    "partly_upheld": "D-1012",
    "verified": "D-1013",
    "address": "PO Box 9, Albany NY 12201",
    "post": "12 Peachtree Lane, Atlanta, GA 30318",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_ready_replies_are_filled_and_those_about_a_debt_wait_for_a_proved_identity(language: str) -> None:
    known = handoff.ready(VALUES, verified=True, language=language, spoken="en")
    assert all(one.text and "{" not in one.text and not one.lacks for one in known)
    assert all(len(one.text) <= 306 for one in known), "two segments of an SMS"
    for one in handoff.ready({**VALUES, "balance": ""}, verified=True, language=language, spoken="es"):
        of_balance = one.name in ("balance", "payment_recorded", "dispute_partly_upheld", "dispute_verified")
        assert (one.lacks == ("balance",)) == of_balance and bool(one.text) == (not one.lacks)
    unknown = handoff.ready(VALUES, verified=False, language=language, spoken="en")
    assert {one.name for one in unknown if one.lacks} == {
        "balance", "small", "collection", "dispute_status", "payment_recorded", "link_sent", "dispute_upheld",
        "dispute_partly_upheld", "dispute_verified", "check_address", "check_awaited", "check_look_out", "post_address",
        "request_by_post",
    }  # fmt: skip
    assert not any(VALUES["name"] in one.text or VALUES["balance"] in one.text for one in unknown)
