"""The page of figures in a real browser, narrow and wide: the answers, and axe finds nothing."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

import bot.web
from bot import core
from tests.examples import walked
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server
from tests.web.test_desk_hands import seen

__all__ = ["chromium", "open_page", "pytestmark", "server"]


@pytest.fixture
def engine(month: Engine, request: pytest.FixtureRequest) -> Engine:
    """The month that was lived and counted."""
    assert request.param == "sqlite"
    return month


@pytest.mark.parametrize("size", walked(SIZES))
def test_a_manager_reads_the_answer_then_the_formula(server, open_page, size) -> None:
    with core.transaction(server.engine) as session:
        bot.web.add_staff(session, "mia", "Mia Manager", "demo-agent-1", "manager", server.settings.clock.now())
    page = at_desk(open_page, server, "mia", size)
    page.goto("/manage")
    page.get_by_role("link", name="Figures").click()
    page.get_by_label("Window", exact=True).select_option("90")
    page.get_by_role("button", name="Show these").click()
    page.get_by_role("heading", name="Promises kept: 1 of 1").wait_for()
    seen(page, f"figures-{size}")
    kept = page.locator("#promises_kept")
    kept.get_by_text("Formula and data").click()
    kept.get_by_text("payments agreed on alone whose days of grace ended").first.wait_for()
    seen(page, f"figures-formula-{size}")
    with page.expect_download() as coming:
        page.get_by_role("link", name="All of it as CSV").click()
    assert coming.value.suggested_filename.endswith("-90-days.csv")
