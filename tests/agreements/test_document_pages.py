"""The page behind the link: for the person alone, who proves it each time, and for nobody who only has the link."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import core, negotiation
from bot.negotiation import Kind, store
from bot.negotiation.agreed import Agreement
from tests.agreements.documents_kit import document, plain
from tests.agreements.kit import BORN, SECRET, ZIP, World, make_world

GOOD = {"born": BORN.isoformat(), "zip": ZIP}
PRIVATE = ("Núñez", "Northwind Energy Bill", "$600", "ending in", "1000", "owe", "debt")


class Site:
    """The pages in an app of their own, as the web role mounts them."""

    def __init__(self, world: World) -> None:
        environ = {"PARLEY_SECRET_KEY": SECRET, "PARLEY_CLOCK": world.now.isoformat()}
        self.settings = core.Settings.load(environ)
        self.world = world
        self.client = self.browser()

    def browser(self, host: str = "198.51.100.7") -> TestClient:
        """Another one, without cookies."""
        pages = Starlette(routes=negotiation.document_routes(self.settings, self.world.engine))
        return TestClient(pages, base_url="http://testserver", follow_redirects=False, client=(host, 50000))

    def link(self, agreement: Agreement) -> str:
        url: str = self.world.run(negotiation.document_link, agreement, "")
        return url


@pytest.fixture
def site(world: World) -> Site:
    return Site(world)


def test_who_has_the_link_alone_learns_nothing(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    for address in (url, f"{url}.pdf", f"{url}?letter=1", f"{url}?lang=es"):
        answer = site.client.get(address)
        assert answer.status_code in (200, 401)
        assert not [words for words in PRIVATE if words in plain(answer.text)]
        assert "agreement" not in answer.text.lower() and "acuerdo" not in answer.text.lower()


def test_the_person_opens_it_with_birth_date_and_zip(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    opened = site.client.post(url, data=GOOD)
    assert opened.status_code == 303
    shown = site.client.get(opened.headers["location"])
    assert "María José Núñez" in shown.text
    made = site.client.get(f"{url}.pdf?lang=es")
    assert made.headers["content-type"] == "application/pdf"
    assert made.content == document(site.world, settlement, "es").pdf
    assert [fact.subject for fact in site.world.facts("DocumentOpened")] == [settlement.id]


def test_another_browser_has_to_prove_it_again(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    site.client.post(url, data=GOOD)
    assert "María" not in site.browser().get(url).text


def test_after_a_quarter_of_an_hour_it_asks_again(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    site.client.post(url, data=GOOD)
    later = Site(SimpleNamespace(engine=site.world.engine, now=_later(site.world.now)))  # type: ignore[arg-type]
    later.client.cookies = site.client.cookies
    assert "María" not in later.client.get(url).text


def _later(now: datetime) -> datetime:
    return now + timedelta(minutes=16)


def test_wrong_answers_are_counted_and_lock(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    for words in ("match", "match", "closed for a day"):
        answer = site.browser().post(url, data={**GOOD, "zip": "90210"})
        assert answer.status_code == 403 and words in answer.text
    assert "closed for a day" in site.browser().post(url, data=GOOD).text, "the right ones come too late"


def test_whoever_found_a_link_does_not_close_it_to_the_person(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    for _ in range(4):
        stranger = site.browser("203.0.113.9").post(url, data={**GOOD, "zip": "90210"})
    assert "closed for a day" in stranger.text
    assert site.client.post(url, data=GOOD).status_code == 303


@pytest.mark.parametrize("change", [
    lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
    lambda cookie: cookie.replace("con_", "con_0", 1),
    lambda cookie: cookie.replace(".1", ".2", 1),
    lambda cookie: cookie.rsplit(".", 1)[0] + ".",
    lambda cookie: "a-browser-of-my-own",
    lambda cookie: "..",
    lambda cookie: "x.y.zé",
])  # fmt: skip
def test_a_cookie_that_we_did_not_sign_opens_nothing(site: Site, settlement: Agreement, change) -> None:
    url = site.link(settlement)
    cookie = site.client.post(url, data=GOOD).cookies["parley_document"]
    other = site.browser()
    headers = [(b"cookie", b"parley_document=" + change(cookie).encode("latin-1"))]
    assert "María" not in other.get(url, headers=headers).text
    assert "María" in other.get(url, headers=[(b"cookie", b"parley_document=" + cookie.encode())]).text


def test_a_cookie_that_was_planted_is_replaced_by_the_proof(site: Site, settlement: Agreement) -> None:
    """Whoever planted it has one that opens nothing."""
    url, planted = site.link(settlement), "planted"
    victim = site.browser()
    victim.cookies.set("parley_document", planted, path="/a/")
    assert victim.post(url, data=GOOD).cookies["parley_document"] != planted
    thief = site.browser()
    thief.cookies.set("parley_document", planted, path="/a/")
    assert "María" not in thief.get(url).text


def test_a_cookie_ends_with_its_own_proof_and_not_with_a_later_one_of_the_same_place(
    site: Site, settlement: Agreement
) -> None:
    url = site.link(settlement)
    cookie = site.client.post(url, data=GOOD).cookies["parley_document"]
    later = Site(SimpleNamespace(engine=site.world.engine, now=_later(site.world.now)))  # type: ignore[arg-type]
    assert later.client.post(url, data=GOOD).status_code == 303
    assert "María" not in later.browser().get(url, headers={"Cookie": f"parley_document={cookie}"}).text
    assert "María" in later.client.get(url).text


def test_what_opens_one_person_s_document_does_not_open_another_s(
    engine: Engine, site: Site, settlement: Agreement
) -> None:
    other = make_world(engine, site.world.now, person=2)
    agreement = other.accept(other.option(Kind.FULL))
    site.client.post(site.link(settlement), data=GOOD)
    assert "María" not in site.client.get(site.link(agreement)).text


def test_a_link_that_never_was_and_a_letter_that_is_not_there_say_the_same(site: Site, settlement: Agreement) -> None:
    never = site.client.get("/a/never-was")
    site.client.post(site.link(settlement), data=GOOD)
    not_yet = site.client.get(f"{site.link(settlement)}?letter=1")
    assert never.status_code == not_yet.status_code == 404
    assert "There is nothing here." in never.text and "There is nothing here." in not_yet.text


def test_the_pages_are_private_and_their_style_is_allowed(site: Site, settlement: Agreement) -> None:
    answer = site.client.get(site.link(settlement))
    headers = answer.headers
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    style = re.search(r"<style>(.*?)</style>", answer.text, re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in headers["content-security-policy"]


def test_only_the_hash_of_a_link_is_kept_and_each_works(site: Site, settlement: Agreement) -> None:
    first, second = site.link(settlement), site.link(settlement)
    kept = str(site.world.rows(store.agreement_links.select()))
    assert first.rsplit("/", 1)[-1] not in kept
    assert site.client.get(first).status_code == site.client.get(second).status_code == 200


def test_a_form_that_is_too_long_is_not_read(site: Site, settlement: Agreement) -> None:
    assert site.client.post(site.link(settlement), data={"zip": "9" * 5000}).status_code == 413
