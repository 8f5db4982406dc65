"""The chat on the creditor's own site: only where it was allowed, small, and usable on a page of another origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import bot.web
from bot.core import Problems, Settings
from tests.examples import walked
from tests.sandbox.sandbox_kit import free_port, served
from tests.web.test_browser import CHROMIUM, chromium, until, violations  # noqa: F401
from tests.web.world import Server, serving, settings_for

SITE = "https://www.northwind.example"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def site_of(settings: Settings, engine) -> TestClient:
    return TestClient(bot.web.create_app(settings, engine), base_url=settings.public_url)


def test_the_script_is_small_and_may_be_loaded_elsewhere(engine) -> None:
    answer = site_of(settings_for(), engine).get("/static/embed.js")
    assert len(answer.content) < 15_000
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_only_the_sites_that_were_named_may_frame_the_chat_and_nothing_else(engine) -> None:
    nowhere = site_of(settings_for(), engine)
    assert "frame-ancestors 'none'" in nowhere.get("/").headers["content-security-policy"]
    assert nowhere.get("/").headers["x-frame-options"] == "DENY"
    named = site_of(settings_for(PARLEY_EMBED_ORIGINS=SITE + "/"), engine)
    assert f"frame-ancestors {SITE};" in named.get("/").headers["content-security-policy"]
    assert SITE not in named.get("/desk/login").headers["content-security-policy"]
    for path in ("/p/x", "/c/x", "/nothing"):
        assert "frame-ancestors 'none'" in named.get(path).headers["content-security-policy"]
        assert named.get(path).headers["x-frame-options"] == "DENY"


def test_in_a_frame_the_browser_keeps_our_cookie_for_that_site_alone(engine) -> None:
    secure = {"PARLEY_PUBLIC_URL": "https://chat.northwind.example"}
    framed = site_of(settings_for(**secure, PARLEY_EMBED_ORIGINS=SITE), engine).get("/").headers["set-cookie"]
    assert "SameSite=none" in framed and "Secure" in framed and "Partitioned" in framed
    spoken = site_of(settings_for(**secure, PARLEY_EMBED_ORIGINS=SITE), engine).get("/?lang=es").headers.get_list("set-cookie")
    assert any("parley_lang=es" in one and "SameSite=none" in one and "Partitioned" in one for one in spoken)
    alone = site_of(settings_for(**secure), engine).get("/").headers["set-cookie"]
    assert "SameSite=lax" in alone and "Partitioned" not in alone


def test_what_is_no_origin_is_refused_at_the_start(engine) -> None:
    with pytest.raises(Problems, match="PARLEY_EMBED_ORIGINS"):
        settings_for(PARLEY_EMBED_ORIGINS="northwind.example, https://ok.example/path")


@pytest.fixture
def pair(engine) -> Iterator[tuple[Server, str]]:
    """Parley, and the creditor's site on another port, which is another origin."""
    port = free_port()
    elsewhere = f"http://127.0.0.1:{port}"
    for running in serving(engine, PARLEY_EMBED_ORIGINS=elsewhere):
        with served(Starlette(routes=[Route("/", _page_with(running.url))]), port):
            yield running, elsewhere


def _page_with(parley: str) -> Callable[[Request], HTMLResponse]:
    """As a careful site does it: nothing but what it names may run or be framed."""
    script = f'<script src="{parley}/static/embed.js" async></script>'
    policy = f"default-src 'self'; script-src {parley}; frame-src {parley}"
    body = f"<!doctype html><html lang='en'><title>Northwind</title><main><h1>Power</h1></main>{script}</html>"

    def page(request: Request) -> HTMLResponse:
        return HTMLResponse(body, headers={"Content-Security-Policy": policy})

    return page


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("width", walked([360, 1280]))
def test_a_visitor_of_the_creditors_site_opens_it_writes_and_closes_it(chromium, pair, width) -> None:  # noqa: F811
    _, elsewhere = pair
    page = chromium.new_page(viewport={"width": width, "height": 740}, reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(elsewhere)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(lambda: len(page.frames) == 2)
    frame = page.frames[1]
    frame.get_by_label("Your message").fill("hello from elsewhere")
    frame.get_by_role("button", name="Send").click()
    frame.locator("#typing").wait_for()
    assert frame.locator("#log .text").all_inner_texts() == ["hello from elsewhere"]
    assert violations(page) == []
    page.screenshot(path=f"var/screenshots/embed-{width}.png")
    frame.locator("#text").press("Escape")
    until(lambda: not frame.locator("#text").is_visible())
    page.keyboard.press("Enter")
    until(lambda: frame.locator("#text").is_visible())
    assert frame.locator("#log .text").all_inner_texts() == ["hello from elsewhere"]
    page.route(lambda url: "/chat/away" in url, lambda route: route.fulfill(body="away"))
    frame.get_by_role("button", name="Leave fast").click()
    page.wait_for_url("**/chat/away")
    assert [one for one in complaints if "404" not in one] == []
    page.close()
