"""Experiments at the managers' desk by HTTP: sized, handed in, started by somebody else with a code, read, stopped."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot import core, experiments, insight
from bot.experiments import Arm, State
from tests.agreements.kit import make_world
from tests.experiments.kit import approved, later, proposed, started
from tests.insight.kit import settings_at
from tests.web.desk_kit import at_desk, token_in
from tests.web.test_manage import code_of, managers

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
__all__ = ["managers"]
ASKED = {
    "outcome": "agreed", "days": "14", "smallest": "10", "share1": "5", "days1": "7", "share2": "25", "days2": "7", "share3": "50",
    "limit_opted_out": "5", "limit_disputed": "5", "limit_complained": "3", "limit_broken": "30",
    "margin_opted_out": "3", "margin_disputed": "3", "margin_complained": "3", "margin_broken": "5",
}  # fmt: skip
NEW = "/manage/experiments/new"


def post(client: TestClient, path: str, **form: str):
    return client.post(path, data={"token": token_in(client.get("/manage").text), **form})


def text(answer) -> str:
    return html.unescape(answer.text).replace("\u00a0", " ")


def test_without_an_approved_version_it_says_what_to_do_first(app, managers) -> None:
    mia = at_desk(app, "mia")
    assert "No experiment runs" in mia.get("/manage/experiments").text
    page = text(mia.get(NEW))
    assert "No version waits to be tried" in page and "Hand in for review" not in page
    assert '<a class="small" href="/manage/experiments">' in mia.get("/manage").text


def test_the_size_is_said_before_and_a_warning_has_to_be_accepted(app, engine, settings, managers) -> None:
    now = settings.clock.now()
    challenger = approved(engine, now)
    mia = at_desk(app, "mia")
    page = text(mia.get(NEW, params=ASKED))
    assert "It cannot be decided with your traffic in 8 weeks" in page and "of nobody is the outcome known yet" in page
    form = {**ASKED, "challenger": challenger, "name": "More grace", "why": "Fewer broken plans"}
    refused = post(mia, NEW, **form)
    assert refused.status_code == 409 and "cannot be decided in 8 weeks" in text(refused)
    assert "a reason of 10 characters" in post(mia, NEW, **{**form, "accepted": "yes", "why": "so"}).text
    after = post(mia, NEW, **form, accepted="yes", ticket="OPS-9")
    assert re.fullmatch(r"/manage/experiments/exp_\w+", after.url.path)
    assert "another manager has to start it" in after.text and "Fewer broken plans [OPS-9]" in after.text
    with core.reading(engine) as session:
        [found] = experiments.experiments(session)
        [fact] = core.facts(session, kind="ExperimentProposed")
    assert found.state is State.PROPOSED and found.design.limits["broken"] == 0.3 and fact.actor == "mia"
    assert "your data cannot say" in fact.data["told"]


def test_the_size_comes_from_the_operators_own_traffic(app, engine, settings, managers) -> None:
    now = settings.clock.now()
    for number in range(1, 13):
        world = make_world(engine, later(now, days=-21), person=number)
        world.options()
        if number % 3 == 0:
            world.monthly(first=(now.date() + timedelta(days=3)).isoformat())
    page = text(at_desk(app, "mia").get(NEW, params={**ASKED, "smallest": "40"}))
    assert "4 debtors a week begin to negotiate" in page and "of 12 whose days are over, it was 33.3 %" in page
    assert "nothing is known here yet" in page
    settings.clock.move(timedelta(days=42))
    assert "usual here: 0.0 %" in text(at_desk(app, "mia").get(NEW, params=ASKED))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"smallest": "much"}, "Smallest difference worth knowing: There must be a number"),
        ({"smallest": "0"}, "Smallest difference: There must be more than nothing"),
        ({"share3": "80"}, "shares from 1 to 50 %"),
        ({"share2": "3"}, "each larger than the one before"),
        ({"limit_broken": "0"}, "a limit of 0.1 to 90 %"),
        ({"margin_disputed": "60"}, "0.1 to 50 points more than the champion"),
        ({"days": "9" * 30}, "Days: There must be a number"),
        ({"outcome": "<script>"}, "Outcome: There must be one of the list"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(app, managers, wrong, told) -> None:
    page = at_desk(app, "mia").get(NEW, params={**ASKED, **wrong})
    assert page.status_code == 200 and told in text(page), text(page)
    assert "<script>" not in page.text and "Hand in for review" not in page.text
    assert 'value="30"' in page.text or "limit_broken" in wrong


def test_a_second_manager_starts_it_with_a_code_and_one_stops_it_at_once(app, engine, settings, managers) -> None:
    found = proposed(engine, settings.clock.now())
    mia, max_ = at_desk(app, "mia"), at_desk(app, "max")
    where = f"/manage/experiments/{found.id}"
    assert "waits for a second manager" in mia.get(where).text
    assert "a second manager has to start it" in text(
        post(mia, f"{where}/start", code=code_of(engine, settings, "mia"))
    )
    assert "a second step that is set up" in post(max_, f"{where}/start", code="123456").text
    code = code_of(engine, settings, "max")
    assert "the six digits" in post(max_, f"{where}/start", code=str((int(code) + 1) % 10**6).zfill(6)).text
    page = text(post(max_, f"{where}/start", code=code))
    assert "Stop it now" in page and "now 25 %" in page and "Start it" not in page
    assert "More grace runs" in mia.get("/manage/experiments").text
    assert "It is the champion of" in mia.get("/manage").text
    assert "cannot be withdrawn" in text(post(mia, f"{where}/withdraw", why="Another thought of mine"))
    assert "a reason of 10 characters" in post(mia, f"{where}/stop", why="no").text
    assert "Stopped. " in post(mia, f"{where}/stop", why="Complaints on the telephone").text
    with core.reading(engine) as session:
        steps = [(one.kind, one.by, one.note) for one in experiments.experiment(session, found.id).events]
        assert len(core.facts(session, kind="ExperimentStopped")) == 1
    assert steps[-2:] == [("started", "max", ""), ("stopped", "mia", "Complaints on the telephone")]


def test_it_is_sent_back_and_taken_back(app, engine, settings, managers) -> None:
    now = settings.clock.now()
    first = proposed(engine, now)
    second = proposed(engine, now, challenger=first.challenger_id)
    mia, max_ = at_desk(app, "mia"), at_desk(app, "max")
    assert "sent back" in post(max_, f"/manage/experiments/{first.id}/reject", why="The limit is too high").text
    assert "withdrawn" in post(mia, f"/manage/experiments/{second.id}/withdraw", why="Not this month, later").text
    assert post(max_, f"/manage/experiments/{second.id}/change", why="Not this month, later").status_code == 404


def test_eighty_debtors_later_the_title_is_the_answer(app, engine, settings, managers) -> None:
    """Each challenger agrees, of the champions one in six."""
    now = settings.clock.now()
    guards = experiments.GUARDS
    design = experiments.Design(
        "agreed", 14, 0.2, (experiments.Step(50),), dict.fromkeys(guards, 0.5), margins=dict.fromkeys(guards, 0.3)
    )
    found = started(engine, now, design)
    for number in range(1, 101):
        world = make_world(engine, now, person=number)
        world.options()
        if number % 6 == 0 or experiments.arm_at(found.salt, world.who.party_id, 50) is Arm.CHALLENGER:
            world.monthly(first=(now.date() + timedelta(days=3)).isoformat())
    assert insight.watch(engine, settings_at(later(now, days=13))) == 1
    mia = at_desk(app, "mia")
    assert "Too early: of 0 and 0 debtors" in text(mia.get(f"/manage/experiments/{found.id}"))
    assert insight.watch(engine, settings_at(later(now, days=15))) == 1
    page = text(mia.get(f"/manage/experiments/{found.id}"))
    title = re.search(r"<h1>(.*?)</h1>", page)[1]
    lower, upper = (float(one) for one in re.findall(r"\+(\d+\.\d)", title))
    assert title.startswith("The challenger is better: between +") and lower < 83.3 < upper
    assert "<polygon" in page and "Guardrails: kept" in page and "as chance gives it" in page


def test_only_managers_see_and_do_any_of_it(app, engine, settings, managers) -> None:
    found = proposed(engine, settings.clock.now())
    paths = ("/manage/experiments", NEW, f"/manage/experiments/{found.id}")
    for login in ("sam", "sue"):
        client = at_desk(app, login)
        assert [client.get(path).status_code for path in paths] == [403] * 3
        token = token_in(client.get("/desk").text)
        for step in ("start", "stop", "reject", "withdraw"):
            answer = client.post(f"/manage/experiments/{found.id}/{step}", data={"token": token, "why": "x" * 12})
            assert answer.status_code == 403
    mia = at_desk(app, "mia")
    assert mia.post(f"/manage/experiments/{found.id}/stop", data={"token": "forged"}).status_code == 403
    assert mia.get("/manage/experiments/none").status_code == 404
