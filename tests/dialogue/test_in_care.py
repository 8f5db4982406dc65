"""While a hold for a crisis stands: a kind line with the way to help, a person who knows, no proof asked and no money named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import contact, core, dialogue, handoff
from bot.contact import HoldKind
from bot.dialogue.meaning.acts import Identify, Plain, Said, Unclear
from tests.law.kit import MARIA, WRONG, World

SAM = "agent:stf_sam"
STILL = "utter_safety_still_here"


def case_of(world: World) -> handoff.Case | None:
    with core.reading(world.database) as session:
        return handoff.open_case_of(session, world.talk().id)


def kinds(world: World) -> list[str]:
    with core.reading(world.database) as session:
        return [entry.kind for entry in handoff.entries(session, world.talk().id)]


def taken(world: World) -> None:
    case = case_of(world)
    assert case is not None
    with core.transaction(world.database) as session:
        handoff.take(session, case, SAM, world.clock.now())


def handed_back(world: World, code: handoff.Code) -> list[contact.Line]:
    case, before, talk = case_of(world), world.last(), world.talk().id
    assert case is not None
    with core.transaction(world.database) as session:
        handoff.hand_back(session, case.id, by=SAM, code=code, settings=world.chat.settings)
    while dialogue.take_one(world.database, world.talker, world.chat.settings, burst=timedelta(0)):
        pass
    with core.reading(world.database) as session:
        return contact.said(session, talk, after=before)


def last_words(world: World) -> str:
    with core.reading(world.database) as session:
        return contact.said(session, world.talk().id, last=1)[-1].text


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize(
    "act", ["accept", "greet", "thanks", "nothing", Unclear(), "hardship", "propose", "talk_to_human", "cannot_pay", "pay"]
)
def test_whatever_is_not_clearly_something_else_gets_a_kind_line_and_a_person(act, known: bool) -> None:
    world = World("sms", "+15550100001")
    if known:
        world.says(MARIA)
    assert world.says("crisis") == ["utter_safety_crisis"]
    assert world.says(Plain(name=act) if isinstance(act, str) else act) == [STILL]
    said = last_words(world)
    assert "988" in said and "911" in said and "$" not in said and "?" not in said
    assert "wrote_again" in kinds(world)


def test_ok_after_a_crisis_of_somebody_unknown_asks_for_no_proof() -> None:
    world = World("sms", "+15550100001")
    world.says("crisis")
    for act in ("accept", "ask_balance", "ask_who", "plan_status", "wrong_amount"):
        assert world.says(act) == [STILL]
    assert world.talk().owner == contact.QUEUE


@pytest.mark.parametrize("code", [handoff.Code.VULNERABLE, handoff.Code.ANSWERED])
def test_handing_a_crisis_back_says_where_help_is_and_the_next_words_open_it_again(code: handoff.Code) -> None:
    world = World()
    world.says("crisis")
    taken(world)
    [told] = handed_back(world, code)
    assert told.responses == ("utter_safety_handed_back",) and "988" in told.text and "automated" in told.text
    assert case_of(world) is None
    assert world.says(Unclear()) == [STILL]
    again = case_of(world)
    assert again is not None and again.reason is handoff.Reason.CRISIS and again.waiting_since is not None


def test_a_case_that_ended_without_a_crisis_is_handed_back_as_ever() -> None:
    world = World()
    world.says(MARIA)
    world.says("talk_to_human")
    taken(world)
    assert [line.responses for line in handed_back(world, handoff.Code.ANSWERED)] == [("utter_handoff_handed_back",)]


def test_when_a_person_has_lifted_it_all_is_as_before() -> None:
    world = World()
    world.says(MARIA)
    world.says("crisis")
    now, talk = world.clock.now(), world.talk()
    with core.transaction(world.database) as session:
        for hold in contact.holds_over(session, talk, now):
            contact.release_hold(session, hold.id, reason="they are safe", actor=SAM, now=now)
    assert STILL not in world.says("greet")


def test_what_is_clearly_something_else_goes_its_way() -> None:
    world = World()
    world.says(MARIA)
    world.says("crisis")
    assert world.says("bankruptcy") == ["utter_safety_bankruptcy"]
    assert world.says("opt_out") == ["utter_contact_opted_out_chat"]
    assert "bankruptcy" in world.holds()


def test_a_mere_leaning_in_care_asks_nothing() -> None:
    world = World()
    world.says("crisis")
    assert world.says(Said(Plain(name="opt_out"), "leave me", needs_check=True)) == [STILL]


def test_a_dispute_of_somebody_in_care_still_holds() -> None:
    world = World()
    world.says("crisis")
    assert world.says("not_my_debt") == [STILL]
    assert "dispute" in world.holds()


def test_a_crisis_on_one_channel_is_one_on_the_others_of_the_same_person() -> None:
    world = World()
    world.says(MARIA)
    party = world.talk().party_id
    assert party is not None
    with core.transaction(world.database) as session:
        contact.place_hold(
            session, party_id=party, kind=HoldKind.CRISIS, reason="said on the telephone", now=world.clock.now(), actor=SAM
        )
    assert world.says("accept") == [STILL]


def test_a_case_that_waits_for_them_runs_again_when_they_write() -> None:
    world = World()
    world.says("crisis")
    taken(world)
    case = case_of(world)
    assert case is not None
    with core.transaction(world.database) as session:
        handoff.reply(session, case, "Are you safe?", by=SAM, key="k", settings=world.chat.settings)
        handoff.release(session, case, SAM, world.clock.now())
    assert case_of(world).waiting_since is None
    world.says("accept")
    assert case_of(world).waiting_since is not None


def test_proofs_in_care_are_judged_and_neither_asked_for_nor_answered() -> None:
    world = World()
    world.says("crisis")
    assert world.says(MARIA) == [STILL] and world.talk().party_id == world.party("NW-1000")
    assert "proof_yes" in kinds(world)


# ---- proofs that are written to a person


def spoken_to(world: World) -> World:
    world.says("talk_to_human")
    taken(world)
    return world


def inbox_texts(world: World) -> str:
    table = core.metadata.tables["inbox"]
    with core.reading(world.database) as session:
        return " | ".join(row.text for row in session.execute(table.select()))


def test_proofs_written_to_a_person_are_judged_and_removed_without_a_word() -> None:
    world = spoken_to(World("sms", "+15550100001"))
    world.talker.means["4/12/1985 30318"] = (Identify(date_of_birth=MARIA.date_of_birth, postcode="30318"),)
    assert world.writes("4/12/1985 30318") == []
    assert world.talk().party_id == world.party("NW-1000") and world.talk().is_verified(world.clock.now())
    assert kinds(world)[-1] == "proof_yes"
    assert "1985" not in inbox_texts(world) and "30318" not in inbox_texts(world)


def test_wrong_ones_count_and_lock_as_those_that_the_assistant_reads() -> None:
    world = spoken_to(World("sms", "+15550100001"))
    for _ in range(3):
        assert world.says(WRONG) == []
        assert world.says(WRONG) == []
    assert [kind for kind in kinds(world) if kind.startswith("proof")][-1] == "proof_locked"
    assert world.says(MARIA) == [] and world.talk().party_id is None


def test_half_a_proof_is_kept_for_the_other_half() -> None:
    world = spoken_to(World("sms", "+15550100001"))
    world.says(Identify(date_of_birth=MARIA.date_of_birth))
    assert kinds(world)[-1] == "proof_part" and world.talk().party_id is None
    world.says(Identify(postcode="30318"))
    assert kinds(world)[-1] == "proof_yes"


def test_whoever_is_known_and_writes_them_again_has_them_removed() -> None:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    spoken_to(world)
    world.talker.means["born 4/12/1985"] = (Identify(date_of_birth=MARIA.date_of_birth),)
    assert world.writes("born 4/12/1985") == []
    assert "1985" not in inbox_texts(world) and not any(kind.startswith("proof") for kind in kinds(world))


def test_a_name_alone_told_to_a_person_is_no_try() -> None:
    world = spoken_to(World("sms", "+15550100001"))
    assert world.says(Identify(name="Maria Ortega")) == []
    assert not any(kind.startswith("proof") for kind in kinds(world))
