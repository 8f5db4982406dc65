"""The page of automatic payments in a real browser: what axe finds, that nothing is ticked, and the picture of it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from bot import core
from tests.web.desk_kit import maria_is_here
from tests.web.test_browser import CHROMIUM, chromium, open_page, shoot, violations  # noqa: F401
from tests.web.test_browser_portal import agree, enter
from tests.web.world import Server, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.fixture
def server(engine: Engine) -> Iterator[Server]:
    for one in serving(engine):
        with core.transaction(engine) as session:
            maria_is_here(session, one.settings)
        yield one


@pytest.mark.parametrize(("size", "scheme"), [("360", "light"), ("1280", "dark")])
def test_axe_finds_nothing_and_nothing_is_ticked(server, open_page, size, scheme) -> None:  # noqa: F811
    page = open_page("/portal", size=size, scheme=scheme, refused="422")
    enter(page)
    agree(server, page)
    page.reload()
    page.get_by_role("link", name="Automatic payments").click()
    page.get_by_role("heading", name="Automatic payments").wait_for()
    tick = page.get_by_label("Yes, I allow this.")
    assert not tick.is_checked() and violations(page) == []
    shoot(page, f"portal-autopay-{size}")
    page.get_by_role("button", name="Choose a card or account").click()
    page.get_by_text("Please tick that you allow this").wait_for()
    assert violations(page) == []
