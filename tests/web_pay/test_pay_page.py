"""What the payment page shows to whoever holds the link, or does not."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest
import yaml
from httpx import Response
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import audit
from bot.payments import page_texts
from bot.web.pay import EVEN_SECONDS
from tests.web_pay.pay_site import Site
from tests.web_pay.pay_site import site as make_site

FORBIDDEN = ("debt", "deuda", "owe", "debe", "overdue", "collect", "cobranza", "Maria", "Lopez", "ACC-1000", "1000")


def _plain(page: Response) -> str:
    return re.sub(r"<[^>]+>", " ", page.text)


def test_the_page_shows_the_company_the_amount_and_one_button(site: Site) -> None:
    page = site.http.get(site.link("50.00"))
    assert page.status_code == 200
    assert "<title>Payment page</title>" in page.text
    assert "Northwind" not in page.text.partition("</head>")[0] and "$" not in page.text.partition("</head>")[0]
    assert re.search(r'<form method="post" action="/p/[\w-]{22}" class="stack">\s*<button[^>]*>Pay \$50\.00</button>', page.text)


def test_nothing_in_any_state_says_who_or_what_for(site: Site) -> None:
    path = site.link("50.00")
    pages = [site.http.get(path), site.http.get(f"{path}/done?look=1"), site.http.get("/p/unknown")]
    site.click(path)
    site.world.hold(contact.HoldKind.DISPUTE)
    pages += [site.http.get(path), site.http.post(path)]
    for page in pages:
        for word in FORBIDDEN:
            assert word.lower() not in _plain(page).lower(), word


def test_no_text_of_the_catalogue_says_what_for() -> None:
    for name in page_texts.names():
        for language in ("en", "es"):
            values = {"company": "Northwind", "amount": "$50.00", "phone": "+1", "ending": "1000", "day": "Friday",
                      "number": "1", "client": "Northwind", "account": "Account 1"}  # fmt: skip
            text = page_texts.text(name, language, **values)
            assert not [word for word in FORBIDDEN[:8] if word.lower() in text.lower()], text


def test_every_text_stands_in_both_languages_with_the_same_values() -> None:
    texts = yaml.safe_load(Path(page_texts.__file__).with_name("page_texts.yml").read_text(encoding="utf-8"))
    for name, both in texts.items():
        assert set(both) == {"en", "es"}, name
        assert set(re.findall(r"{(\w+)}", both["en"])) == set(re.findall(r"{(\w+)}", both["es"])), name


def test_looking_changes_nothing(site: Site) -> None:
    path = site.link("50.00")
    facts = len(site.world.rows(audit.audit_unsealed.select()))
    for _ in range(3):
        site.http.get(path)
        site.http.head(path)
        site.http.get(f"{path}/done?look=1")
    assert len(site.world.rows(audit.audit_unsealed.select())) == facts
    assert site.sessions() == []


def test_the_page_is_kept_nowhere_and_found_by_nobody(site: Site) -> None:
    for path in (site.link(), "/p/unknown", f"{site.link()}/done?look=1"):
        page = site.http.get(path)
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "noindex" in page.headers["x-robots-tag"]
        assert '<meta name="robots" content="noindex, nofollow">' in page.text
        assert "set-cookie" not in page.headers
        assert "<script" not in page.text
    redirect = site.http.post(site.link())
    assert redirect.status_code == 303 and redirect.headers["referrer-policy"] == "no-referrer"


def test_the_first_load_is_under_60_kilobytes(site: Site) -> None:
    page = site.http.get(site.link())
    assets = re.findall(r'(?:href|src)="(/static/[^"?]+)', page.text)
    assert assets
    total = len(page.content) + sum(len(site.http.get(asset).content) for asset in assets)
    assert total < 60 * 1024


SPANISH_PHONE = {"accept-language": "es-MX"}
WAYS = (("get", ""), ("post", ""), ("post", "/open"), ("post", "/who"), ("get", "/done"), ("get", "/receipt"))


@pytest.fixture
def dead(engine: Engine, tmp_path: Path) -> Iterator[tuple[Site, dict[str, str]]]:
    """Of somebody who speaks Spanish: one that was replaced before anybody opened it, one replaced after her phone
    had it open, one that ran out, and one that never was.
    """
    with make_site(engine, tmp_path, language="es") as site:
        revoked, opened = site.world.ask("50.00"), site.link("45.00").removeprefix("/p/")
        ran_out = site.world.ask("40.00", days=0)
        yield site, {"revoked": revoked, "opened": opened, "ran out": ran_out, "never was": "x" * 22}


@pytest.mark.parametrize(("how", "end"), WAYS)
@pytest.mark.parametrize("phone", [{}, SPANISH_PHONE], ids=["en", "es"])
def test_a_link_that_is_over_cannot_be_told_from_one_that_never_was(
    dead: tuple[Site, dict[str, str]], how: str, end: str, phone: dict[str, str]
) -> None:
    """By its words, language, status, headers, or a cookie; and Spanish is there whatever the browser speaks."""
    site, tokens = dead
    answers = set()
    with httpx.Client(base_url=site.url, timeout=60) as anybody:
        for token in tokens.values():
            answer = anybody.request(how, f"/p/{token}{end}", headers=phone)
            headers = {name: value for name, value in answer.headers.items() if name != "date"}
            answers.add((answer.status_code, answer.text.replace(token, ""), str(sorted(headers.items()))))
    [(status, text, headers)] = answers
    assert status == 404 and "set-cookie" not in headers
    if end != "/receipt":
        assert "Este enlace ya no funciona." in text and "This link no longer works." in text
        assert f'<html lang="{"es" if phone else "en"}">' in text


def test_a_link_that_is_over_takes_as_long_as_one_that_never_was(dead: tuple[Site, dict[str, str]]) -> None:
    site, tokens = dead
    took: dict[str, list[float]] = {name: [] for name in tokens}
    for _ in range(15):
        for name, token in tokens.items():
            began = time.perf_counter()
            site.http.get(f"/p/{token}")
            took[name].append(time.perf_counter() - began)
    assert all(min(times) >= EVEN_SECONDS for times in took.values()), "none is answered before that"
    least = [min(times) for times in took.values()]
    assert max(least) - min(least) < 0.03, least


def test_tries_of_links_that_are_over_are_counted_as_guesses_too(dead: tuple[Site, dict[str, str]]) -> None:
    site, tokens = dead
    codes: list[int] = []
    while 429 not in codes and len(codes) < 90:
        codes.append(site.http.post(f"/p/{tokens['revoked']}/open").status_code)
    assert set(codes[:60]) == {404} and codes[-1] == 429
    assert site.http.get(f"/p/{tokens['never was']}").status_code == 429


def test_who_comes_back_from_stripe_to_a_link_that_was_replaced_meanwhile_is_not_told_that_nothing_was_paid(site: Site) -> None:
    path = site.link("50.00")
    site.pay(site.click(path))
    site.work_until(site.world.entries)
    site.world.ask("40.00")
    assert "$50.00 arrived" in site.http.get(f"{path}/done").text
    replaced = site.link("30.00")
    site.world.ask("20.00")
    for who in (site.http, httpx.Client(base_url=site.url)):
        page = who.get(f"{replaced}/done?look=1").text
        assert "Nothing was taken" not in page and "$" not in page


@pytest.mark.parametrize("token", ["a" * 5000, "%00", "..%2f..", "<script>", "💥", "' or 1=1 --"])
def test_a_strange_link_gets_the_same_civil_page(site: Site, token: str) -> None:
    page = site.http.get(f"/p/{token}")
    assert page.status_code == 404 and "<script>" not in page.text


def test_a_hold_pauses_the_page(site: Site) -> None:
    path = site.link()
    site.world.hold()
    for page in (site.http.get(path), site.http.post(path)):
        assert page.status_code == 200
        assert "Nothing to pay right now." in page.text and "<form" not in page.text


def test_what_was_paid_elsewhere_is_not_said_to_have_arrived_here(site: Site) -> None:
    path = site.link("50.00")
    site.world.paid_elsewhere("600.00")
    for page in (site.http.get(path), site.http.post(path)):
        assert "Nothing is left to pay here." in page.text and "arrived" not in page.text


def test_arrived_names_what_arrived(site: Site) -> None:
    path = site.link("600.00")
    site.world.paid_elsewhere("450.00")
    site.pay(site.click(path))
    site.work_until(lambda: len(site.world.entries()) == 2)
    assert "$150.00 arrived." in site.http.get(path).text


def test_the_return_page_looks_again_by_itself_and_then_stops(site: Site) -> None:
    path = site.link()
    refreshes = []
    where = f"{path}/done?look=0"
    while refresh := site.http.get(where).headers.get("refresh"):
        seconds, where = refresh.split(";url=")
        refreshes.append(int(seconds))
    assert refreshes == [15] * 12
    assert "taking longer than usual" in site.http.get(where).text
    for odd in ("-1", "x", "9" * 50, "²"):
        assert site.http.get(f"{path}/done?look={odd}").status_code == 200


def test_the_page_speaks_the_language_of_the_conversation(engine: Engine, tmp_path: Path) -> None:
    with make_site(engine, tmp_path, language="es") as site:
        path = site.link("50.00")
        page = site.http.get(path, headers={"accept-language": "en"})
        assert '<html lang="es">' in page.text and "Pagar $50.00" in page.text
        session = site.stripe.v1.checkout.sessions.retrieve(site.click(path))
        assert session.locale == "es-419"


def test_a_page_that_nobody_knows_speaks_the_language_of_the_browser(site: Site) -> None:
    assert "Este enlace" in site.http.get("/p/x", headers={"accept-language": "fr, es-MX;q=0.9, en;q=0.8"}).text
    assert "This link" in site.http.get("/p/x", headers={"accept-language": "fr"}).text


def test_a_link_says_its_last_day_on_the_debtors_calendar(site: Site) -> None:
    link = site.world.link("50.00")
    assert link.values("America/New_York")["valid_until"] is not None
    late = type(link)(link.url, link.request_id, link.amount, datetime(2026, 12, 1, 2, 0, tzinfo=timezone.utc))
    assert str(late.values("America/New_York")["valid_until"]) == "2026-11-30"
