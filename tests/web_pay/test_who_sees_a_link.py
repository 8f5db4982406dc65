"""Company and amount are shown only where the link was sent, or after date of birth and ZIP code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Engine

from bot import papers
from bot.contact import store
from bot.core import audit, transaction
from bot.web.cookies import Cookie, hashed
from tests.web_pay.pay_site import Site
from tests.web_pay.pay_site import site as make_site

HERS = {"born": "May 3, 1980", "zip": "30303"}
TELLS = ("Northwind", "$", "50.00", "555", "Maria", "account", "receipt")


@pytest.fixture
def other(site: Site) -> Iterator[httpx.Client]:
    """A browser that was sent nothing."""
    with httpx.Client(base_url=site.url, timeout=60) as client:
        yield client


def tells_nothing(page: httpx.Response) -> bool:
    return not [word for word in TELLS if word.lower() in page.text.replace("payment page", "").lower()]


def test_a_robot_that_previews_the_link_sees_neither_and_changes_nothing(site: Site, other: httpx.Client) -> None:
    path = f"/p/{site.world.ask('50.00')}"
    facts = len(site.world.rows(audit.audit_unsealed.select()))
    for agent in ("WhatsApp/2.23", "facebookexternalhit/1.1", "TelegramBot (like TwitterBot)", "Twilio"):
        for answer in (other.get(path, headers={"User-Agent": agent}), other.get(f"{path}/done")):
            assert answer.status_code == 200 and tells_nothing(answer), answer.text
            assert "set-cookie" not in answer.headers and "og:" not in answer.text
        assert other.head(path).status_code == 200
    assert len(site.world.rows(audit.audit_unsealed.select())) == facts
    site.opened(path.removeprefix("/p/"))
    assert "Pay $50.00" in site.http.get(path).text, "no robot was the first"


def test_the_phone_that_it_was_sent_to_opens_it_by_a_press(site: Site) -> None:
    path = f"/p/{site.world.ask('50.00')}"
    before = site.http.get(path)
    assert tells_nothing(before) and f'action="{path}/open"' in before.text and 'name="born"' not in before.text
    site.opened(path.removeprefix("/p/"))
    after = site.http.get(path).text
    assert "Pay $50.00" in after and "Northwind" in after
    assert [row.kind for row in site.world.rows(audit.audit_unsealed.select())].count("PaymentLinkOpened") == 1


def test_another_browser_sees_neither_and_cannot_pay_in_any_state(site: Site, other: httpx.Client) -> None:
    path = site.link("50.00")
    pages = [other.get(path), other.get(f"{path}/done"), other.post(path), other.post(f"{path}/open")]
    assert [page.status_code for page in pages] == [200, 200, 403, 303]
    pages.append(other.get(path))
    assert site.sessions() == []
    site.pay(site.click(path))
    site.work_until(site.world.entries)
    pages += [other.get(path), other.get(f"{path}/done")]
    site.world.hold()
    pages.append(other.get(path))
    assert all(tells_nothing(page) for page in pages if page.status_code != 303)
    assert "$50.00 arrived" in site.http.get(path).text


def test_after_date_of_birth_and_zip_it_is_shown_there_too(site: Site, other: httpx.Client) -> None:
    path = site.link("50.00")
    assert 'name="born"' in other.get(path).text
    assert other.post(f"{path}/who", data=HERS).headers["location"] == path
    assert "Pay $50.00" in other.get(path).text and "Northwind" in other.get(path).text
    assert other.post(path).headers["location"].startswith(site.sandbox)
    assert "Pay $50.00" in site.http.get(path).text, "and her phone still has it"


def test_what_does_not_match_shows_nothing_and_keeps_what_was_typed(site: Site, other: httpx.Client) -> None:
    path = site.link("50.00")
    for wrong in ({"born": "May 3, 1981", "zip": "30303"}, {"born": "nonsense", "zip": ""}, {}):
        answer = other.post(f"{path}/who", data=wrong)
        assert answer.status_code == 403 and tells_nothing(answer) and papers.COOKIE not in other.cookies
    assert 'value="May 3, 1981"' in other.post(f"{path}/who", data={"born": "May 3, 1981", "zip": "1"}).text


def test_too_many_tries_close_it_there_and_not_on_her_phone(site: Site, other: httpx.Client) -> None:
    path = site.link("50.00")
    pages = [other.post(f"{path}/who", data={"born": "May 3, 1981", "zip": "30303"}) for _ in range(6)]
    assert "closed here for a day" in pages[-1].text and tells_nothing(pages[-1])
    assert tells_nothing(other.post(f"{path}/who", data=HERS))
    assert "Pay $50.00" in site.http.get(path).text


def test_each_link_is_opened_for_itself(site: Site, other: httpx.Client) -> None:
    """Who opened one that was passed on has not opened the next."""
    first = f"/p/{site.world.ask('50.00')}"
    assert other.post(f"{first}/open").status_code == 303 and "Pay $50.00" in other.get(first).text
    second = site.link("40.00")
    assert tells_nothing(other.get(second)) and "Pay $40.00" in site.http.get(second).text


def test_only_our_own_page_may_open_or_prove(site: Site, other: httpx.Client) -> None:
    path = f"/p/{site.world.ask('50.00')}"
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert other.post(f"{path}/open", headers=headers).status_code == 403
        assert other.post(f"{path}/who", data=HERS, headers=headers).status_code == 403
    assert tells_nothing(other.get(path))


def test_a_cookie_of_their_own_making_opens_nothing(site: Site, other: httpx.Client) -> None:
    path = site.link("50.00")
    other.cookies.set("parley_pay", site.http.cookies["parley_pay"].split(".")[0] + ".0" * 32)
    assert tells_nothing(other.get(path))


def test_a_link_of_the_chat_opens_in_the_browser_with_the_chat(engine: Engine, tmp_path: Path) -> None:
    """Also once its proof is over: what stands in the chat is there to be read all the same."""
    with make_site(engine, tmp_path, channel="web") as site:
        chat = Cookie(site.world.settings, "parley_chat", 60)
        value = chat.make()
        with transaction(engine) as session:
            session.execute(store.conversations.update().values(address=hashed(value), verified_until=site.world.now))
        path = f"/p/{site.world.ask('50.00')}"
        with httpx.Client(base_url=site.url, timeout=60) as other:
            assert 'name="born"' in other.get(path).text and tells_nothing(other.get(path))
            assert other.post(f"{path}/open").status_code == 303 and tells_nothing(other.get(path)), "no first press here"
        site.http.cookies.set("parley_chat", value)
        page = site.http.get(path).text
        assert "Pay $50.00" in page and not re.search(r"open_in|/open", page)


def test_guesses_are_slowed_down_and_links_that_lead_somewhere_are_not(site: Site) -> None:
    path = site.link("50.00")
    codes: list[int] = []
    while 429 not in codes and len(codes) < 300:
        codes.append(site.http.get(f"/p/{len(codes):022}").status_code)
    assert codes[:60] == [404] * 60 and codes[-1] == 429
    assert site.http.get(path).status_code == 200
