"""The managers' page of scores by HTTP and in a real browser: the answer, the picture, drift, and axe finds nothing."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy.engine import Engine

import bot.web
from bot import core, scores
from bot.core import Clock, Settings
from bot.scores import service, store
from bot.web import staff
from tests import databases
from tests.examples import walked
from tests.scores.test_cards import world
from tests.scores.test_using import company
from tests.web.desk_kit import PASSWORD, at_desk, staffed
from tests.web.test_browser import SIZES, chromium, open_page, server
from tests.web.test_browser import at_desk as in_browser
from tests.web.test_browser import pytestmark as of_browsers
from tests.web.test_desk_hands import seen

__all__ = ["chromium", "open_page", "server"]
NOW = datetime(2026, 3, 2, 15, tzinfo=timezone.utc)
SETTINGS = replace(Settings.load({"PARLEY_PUBLIC_URL": "http://127.0.0.1:8000"}), clock=Clock(fixed=NOW))


def lived(engine: Engine, now: datetime = NOW) -> None:
    """A card of a made-up past, an account that is to come, and what was told in the weeks before it came to pass."""
    from bot.scores import training

    dues = world()
    history = scores.History(dues)
    card, found, learned = training.train(scores.Target.MISS, dues, history)
    with core.transaction(engine) as session:
        number = service.keep(session, card, found, is_taken=True, why="better than the payer's own share alone", trained_on=learned, now=now)
        trained = service.in_force(session, scores.Target.MISS)
        assert trained is not None and trained.card == card and trained.figures == found, "it is kept as it was"
        for at, due in enumerate(dues[:200]):
            known = history.known(due)
            shifted = replace(known, values={**known.values, "days_after": 90.0})
            told = scores.Score(f"told:{at}", due.party_id, due.debt_id, due.target, number, now.date() - timedelta(days=40), due.due_on, 0.25, [])
            service.write(session, [(told, shifted)], now)
        table = store.scores
        session.execute(table.update().values(ended_on=now.date(), missed=False))
        session.execute(table.update().where(table.c.key.like("told:%1")).values(missed=True))
    company(engine, now, 1, now.date() + timedelta(days=20))
    while scores.work(engine, replace(SETTINGS, clock=Clock(fixed=now))):
        pass


@pytest.fixture
def site(tmp_path: Path, empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, object]]:
    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    path = tmp_path / "parley.db"
    path.write_bytes(empty_sqlite.read_bytes())
    made = databases.opened(path)
    staffed(made, SETTINGS)
    with core.transaction(made) as session:
        bot.web.add_staff(session, "mia", "Mia Manager", PASSWORD, "manager", NOW)
    yield made, bot.web.create_app(SETTINGS, made)
    made.dispose()


def test_managers_see_it_and_nobody_else(site) -> None:
    _, app = site
    assert at_desk(app, "mia").get("/manage/scores").status_code == 200
    for login in ("sam", "sue"):
        assert at_desk(app, login).get("/manage/scores").status_code == 403, login


def test_without_a_card_it_says_what_it_takes(site) -> None:
    page = at_desk(site[1], "mia").get("/manage/scores").text
    assert page.count("No scorecard is in force yet") == 2 and "no account here has a day on which it was due" in page


def test_titles_are_the_answers(site) -> None:
    engine, app = site
    lived(engine)
    page = html.unescape(at_desk(app, "mia").get("/manage/scores").text)
    with core.reading(engine) as session:
        trained = service.in_force(session, scores.Target.MISS)
    assert trained is not None and trained.figures is not None
    found = trained.figures
    assert f"it names the missed one in {found.auc * 100:.0f}\u00a0% of cases" in page and f"off by {found.ece * 100:.1f} points" in page
    assert "Told of late: 25\u00a0% would be missed; 10\u00a0% of 200 were" in page
    assert "Payers have changed: the score, Days after the due day" in page, "all of them were ninety days late"
    assert "account ending 1000, due" in page and "nothing is known yet of how they pay" in page
    assert page.count("<circle") == len(found.curve) + 1
    for one in scores.FEATURES:
        assert one.label in page and one.why in page


@pytest.mark.browser
@of_browsers[1]
@of_browsers[2]
@pytest.mark.parametrize("size", walked(SIZES))
def test_a_manager_reads_who_is_likely_to_miss_and_why(server, open_page, size) -> None:
    now = server.settings.clock.now()
    lived(server.engine, now)
    with core.transaction(server.engine) as session:
        bot.web.add_staff(session, "mia", "Mia Manager", "demo-agent-1", "manager", now)
    page = in_browser(open_page, server, "mia", size)
    page.goto("/manage")
    page.get_by_role("link", name="Scores").click()
    page.get_by_role("heading", name="Payers have changed").wait_for()
    seen(page, f"scores-{size}")
    page.get_by_text("The card: points of each answer").click()
    page.get_by_role("heading", name="Amount, in times of the usual one").wait_for()
    seen(page, f"scores-card-{size}")
