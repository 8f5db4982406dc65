"""Cases that are given by themselves: to whom, and why to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from threading import Barrier, Thread

import pytest
from sqlalchemy.engine import Engine

from bot import contact, core, handoff
from bot.core import Problems, Settings
from bot.handoff import Reason, Seat
from tests.web.desk_kit import case
from tests.web.world import settings_for

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
LAW = ("safety", "law", "disputes", "money")


@pytest.fixture
def settings() -> Settings:
    return settings_for()


def sits(who: str, languages: str = "en", skills: tuple[str, ...] = LAW, capacity: int = 2, **more: object) -> Seat:
    return Seat(who, frozenset(languages.split()), frozenset(skills), capacity, **more)  # type: ignore[arg-type]


def a_case(reason: Reason = Reason.ASKED) -> handoff.Case:
    return handoff.Case("cas_1", "cnv_1", None, reason, NOW, NOW, None, waiting_since=NOW)


EARLIER, LATER = NOW - timedelta(hours=2), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("reason", "language", "seats", "here", "loads", "gets", "why"),
    [
        (Reason.ASKED, "en", [], "", {}, None, "nobody_here"),
        (Reason.ASKED, "en", [sits("a")], "", {}, None, "nobody_here"),
        (Reason.ASKED, "en", [sits("a", paused=True)], "a", {}, None, "nobody_here"),
        (Reason.ASKED, "es", [sits("a")], "a", {}, None, "language"),
        (Reason.ASKED, "es", [sits("a"), sits("b", "en es")], "a b", {}, "b", ""),
        (Reason.DISPUTE, "en", [sits("a", skills=("money",))], "a", {}, None, "skill"),
        (Reason.COMPLAINT, "en", [sits("a", skills=("disputes",))], "a", {}, "a", ""),
        (Reason.CRISIS, "en", [sits("a", skills=("law", "money"))], "a", {}, None, "skill"),
        (Reason.ATTORNEY, "en", [sits("a", skills=("law",))], "a", {}, "a", ""),
        (Reason.PAYMENT, "en", [sits("a", skills=("money",))], "a", {}, "a", ""),
        (Reason.ASKED, "en", [sits("a")], "a", {"a": 2}, None, "full"),
        (Reason.ASKED, "en", [sits("a")], "a", {"a": 1}, "a", ""),
        (Reason.ASKED, "en", [sits("a"), sits("b")], "a b", {"a": 1}, "b", ""),
        (Reason.ASKED, "en", [sits("a", capacity=2), sits("b", capacity=4)], "a b", {"a": 1, "b": 1}, "b", ""),
        (Reason.ASKED, "en", [sits("a", given_at=LATER), sits("b", given_at=EARLIER)], "a b", {}, "b", ""),
    ],
)  # fmt: skip
def test_a_case_goes_to_who_is_here_speaks_deals_with_it_and_has_room(
    reason, language, seats, here, loads, gets, why
) -> None:
    chosen, missing = handoff.fitting(a_case(reason), language, seats, here.split(), loads)
    assert (chosen.who if chosen else None, missing) == (gets, why)


@pytest.mark.parametrize(
    ("languages", "skills", "capacity", "wrong"),
    [(["fr"], ["law"], 2, ["languages"]), (["en"], ["cooking"], 2, ["skills"]), ([], [], 3, ["languages", "skills"]),
     (["en"], ["law"], 51, ["capacity"]), (["en"], ["law"], -1, ["capacity"])],
)  # fmt: skip
def test_a_seat_with_problems_gets_all_of_them_at_once(engine: Engine, languages, skills, capacity, wrong) -> None:
    with pytest.raises(Problems) as no, core.transaction(engine) as session:
        handoff.seat(session, "agent:a", languages=languages, skills=skills, capacity=capacity, by="operator", now=NOW)
    assert [one.where for one in no.value.problems] == wrong


def sit_down(
    engine: Engine, settings: Settings, who: str, capacity: int = 2, languages: tuple[str, ...] = ("en",)
) -> None:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        handoff.seat(session, who, languages=languages, skills=LAW, capacity=capacity, by="operator", now=now)
        handoff.seen(session, who, "", now, typing=False)


def owners(engine: Engine, talks: list[str]) -> list[str]:
    with core.reading(engine) as session:
        return [contact.conversation(session, talk).owner for talk in talks]


def test_they_are_given_most_urgent_first_up_to_capacity_and_by_many_workers_once(engine, settings) -> None:
    talks = [case(engine, settings, reason, address=f"+1202555014{n}", ago=9 - n)
             for n, reason in enumerate((Reason.ASKED, Reason.DISPUTE, Reason.CRISIS))]  # fmt: skip
    assert handoff.assign(engine, settings) == 0  # nobody has a seat
    sit_down(engine, settings, "agent:a")
    together, given = Barrier(3), list[int]()

    def work() -> None:
        together.wait()
        given.append(handoff.assign(engine, settings))

    workers = [Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(given) == 2 and owners(engine, talks)[1:] == ["agent:a", "agent:a"]
    assert owners(engine, talks)[0] in handoff.NOBODYS
    assert handoff.assign(engine, settings) == 0  # full
    with core.reading(engine) as session:
        assert len(core.facts(session, kind="CaseAssigned")) == 2
        assert len(handoff.unread_mentions(session, "agent:a")) == 2


def test_whoever_pauses_or_goes_home_is_given_nothing(engine, settings) -> None:
    talk = case(engine, settings)
    sit_down(engine, settings, "agent:a")
    with core.transaction(engine) as session:
        handoff.pause(session, "agent:a", paused=True, now=settings.clock.now())
    assert handoff.assign(engine, settings) == 0
    with core.transaction(engine) as session:
        handoff.pause(session, "agent:a", paused=False, now=settings.clock.now())
    settings.clock.move(timedelta(minutes=1))  # the page has fallen silent
    assert handoff.assign(engine, settings) == 0 and owners(engine, [talk])[0] in handoff.NOBODYS
    with core.transaction(engine) as session:
        handoff.seen(session, "agent:a", "", settings.clock.now(), typing=False)
    assert handoff.assign(engine, settings) == 1 and owners(engine, [talk]) == ["agent:a"]
