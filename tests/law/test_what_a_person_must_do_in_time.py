"""ST-02 and ST-03: the creditor is told of identity theft, and who was coerced is answered in writing, by a day that the
desk shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot import contact, core, due_by_law
from bot.contact import law
from bot.contact.duties import Duty
from bot.core import Problems, business_days, creditors
from bot.core.creditors import Creditor
from bot.on_call import Unreached
from bot.web import desk_duties, texts
from tests.law.kit import ALICE, MARIA, World

ZONE = "America/New_York"
WEBHOOK, PAGER = "https://creditor.example/told", "https://pager.example/parley"


class Heard:
    """A webhook that keeps what it was told, or takes nothing."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.deaf = deaf
        self.told: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, url: str, told: Mapping[str, Any]) -> None:
        if self.deaf:
            raise Unreached("nobody there")
        self.told.append((url, told))


def world(*says: str, who: Any = MARIA, webhook: str = WEBHOOK, pager: str = "") -> World:
    """Somebody who has proved who they are and says this."""
    found = World()
    named = Creditor("Northwind", "+1 555 010 0199", {}, webhook)
    found.chat.settings = replace(
        found.chat.settings, creditors={"Northwind Energy": named}, pager=(pager,) if pager else ()
    )
    found.says(who)
    for said in says:
        found.says(said)
    return found


def duties(world: World) -> dict[str, Duty]:
    with core.reading(world.database) as session:
        return {duty.rule.id: duty for duty in contact.duties.open_duties(session, world.clock.now(), ZONE)}


def do(world: World, rule: str, how: str = "by letter, with the reasons") -> None:
    with core.transaction(world.database) as session:
        contact.duties.do(session, duties(world)[rule], how=how, actor="agent:7", now=world.clock.now())


def facts(world: World, kind: str) -> list[core.Fact]:
    with core.reading(world.database) as session:
        return core.facts(session, kind=kind)


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [("2026-11-18", 1, "2026-11-19"), ("2026-11-20", 1, "2026-11-23"), ("2026-11-18", 10, "2026-12-03")],
)
def test_ST_03_no_weekend_and_no_holiday_counts(day: str, count: int, last: str) -> None:
    assert business_days.after(date.fromisoformat(day), count) == date.fromisoformat(last)


def test_ST_03_ten_business_days_count_from_the_claim_and_then_from_the_review() -> None:
    them = world("abuse_or_coercion")
    assert duties(them)["ST-03-REVIEW"].due_on == date(2026, 12, 3), "Thanksgiving does not count"
    assert duties(them)["ST-03"].due_on is None
    them.clock.move(timedelta(days=2))
    do(them, "ST-03-REVIEW")
    assert set(duties(them)) == {"ST-03"} and duties(them)["ST-03"].due_on == date(2026, 12, 7)
    do(them, "ST-03")
    assert not duties(them) and [fact.data["rule"] for fact in facts(them, "DutyDone")] == ["ST-03-REVIEW", "ST-03"]


def test_ST_03_what_was_said_before_they_were_known_counts_from_then_and_once() -> None:
    them = World()
    them.says("abuse_or_coercion")
    first = duties(them)["ST-03-REVIEW"]
    them.clock.move(timedelta(days=5))
    them.says(MARIA)
    then = duties(them)["ST-03-REVIEW"]
    assert then.due_on == first.due_on and then.party_id == them.party("NW-1000") and len(then.holds) == 2


def test_ST_03_the_desk_says_what_is_late_and_puts_it_first() -> None:
    them = world("military")
    them.clock.move(timedelta(hours=1))
    them.says("abuse_or_coercion")
    now = them.clock.now()
    with core.reading(them.database) as session:
        shown = desk_duties.by_hold(session, now, ZONE, "en")
        over = desk_duties.by_hold(session, now + timedelta(days=21), ZONE, "es")
        late = [desk_duties.late(session, now + timedelta(days=days), ZONE, "en") for days in (0, 15, 16)]
    (review, told), (es, _) = next(iter(shown.values())), next(iter(over.values()))
    assert (review.due, review.state, told.state) == ("by Thu, Dec 3, 2026", "fine", "later")
    assert es.state == "over" and es.due.startswith("venció el") and late[:2] == ["", ""] and late[2]


def test_ST_03_and_ST_02_every_duty_has_its_words_in_both_languages() -> None:
    for rule in law.load():
        if rule.kind == "duty":
            assert desk_duties.task(rule, "en") != desk_duties.task(rule, "es")
            assert rule.params.get("after") in (None, *(one.id for one in law.load()))
    assert texts.text("duty_late", "en", day="x")


def test_ST_02_a_creditor_with_a_webhook_is_told_by_itself_once_and_again_when_nobody_took_it() -> None:
    them = world("identity_theft")
    deaf, heard = Heard(deaf=True), Heard()
    assert due_by_law.work(them.database, them.chat.settings, deaf) == 0 and "ST-02-CREDITOR" in duties(them)
    for _ in range(2):
        due_by_law.work(them.database, them.chat.settings, heard)
    ((url, told),) = heard.told
    assert url == WEBHOOK and told["account"] == "NW-1000" and told["notice"] == "identity_theft"
    assert set(told) == {"notice", "account", "since", "from"}, "nothing else of them leaves"
    assert not duties(them)
    (fact,) = facts(them, "CreditorTold")
    assert fact.data["client"] == "Northwind Energy"


def test_ST_02_where_no_webhook_reaches_the_creditor_a_person_is_paged_and_the_desk_waits_for_it() -> None:
    them = world("identity_theft", webhook="", pager=PAGER)
    heard = Heard()
    for _ in range(2):
        due_by_law.work(them.database, them.chat.settings, heard)
    ((url, told),) = heard.told
    assert url == PAGER and told["due_on"] == "2026-11-19" and set(told) == {"duty", "says", "due_on", "url"}
    assert "ST-02-CREDITOR" in duties(them)
    do(them, "ST-02-CREDITOR", "rang their fraud desk")
    assert not duties(them)


def test_ST_02_nobody_is_told_of_an_account_that_nobody_disowned() -> None:
    them = world("complaint")
    heard = Heard()
    assert due_by_law.work(them.database, them.chat.settings, heard) == 0 and not heard.told


def test_ST_02_a_stranger_gets_a_person_who_finds_out_who_it_is() -> None:
    them = World()
    them.chat.settings = replace(them.chat.settings, pager=(PAGER,))
    them.says("identity_theft")
    heard = Heard()
    due_by_law.work(them.database, them.chat.settings, heard)
    assert [url for url, _ in heard.told] == [PAGER]
    them.says(ALICE)
    assert duties(them)["ST-02-CREDITOR"].party_id == them.party("NW-9528")


def test_ST_02_a_webhook_that_is_none_is_a_problem(tmp_path: Any) -> None:
    file = tmp_path / "creditors.yml"
    file.write_text('Northwind Energy: {name: Northwind, phone: "+1 555 010 0199", webhook: "mail me"}')
    problems: list[core.Problem] = []
    creditors.read(file, problems)
    with pytest.raises(Problems, match="https://"):
        raise Problems(problems)
