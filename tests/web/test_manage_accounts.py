"""Accounts in and out at the managers' desk, by HTTP: from the upload to the last row, and who may do what."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

import bot.web
from bot import accounts, core
from tests.exchange.kit import CLIENT, COLUMNS, csv, row, worked
from tests.exchange.test_sheets import workbook
from tests.web.desk_kit import PASSWORD, at_desk, token_in

pytestmark = [pytest.mark.usefixtures("managers"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def managers(engine, settings, desk_staff) -> None:
    with core.transaction(engine) as session:
        bot.web.add_staff(session, "max", "Max Manager", PASSWORD, "manager", settings.clock.now())


def post(client: TestClient, path: str, /, **form: str):
    return client.post(path, data={"token": token_in(client.get("/manage").text), **form})


def upload(client: TestClient, raw: bytes, kind: str = "accounts", name: str = "accounts.csv", creditor: str = CLIENT):
    form = {"token": token_in(client.get("/manage/accounts").text), "client": creditor, "kind": kind}
    return client.post("/manage/accounts/upload", data=form, files={"file": (name, raw)})


def layout(**changes: str) -> dict[str, str]:
    chosen = {f"column.{name}": column for name, column in COLUMNS.items()}
    return {**chosen, "fixed.client": CLIENT, "fixed.itemisation_kind": "charge_off", "days": "mdy", "decimals": ".", **changes}


def test_a_workbook_goes_from_the_upload_to_the_ledger(app, engine, settings) -> None:
    max_ = at_desk(app, "max")
    rows = [tuple(line.split(",")) for line in csv(row(1), row(2, product="EL-01"), row(3, zip="99999")).decode().splitlines()]
    page = upload(max_, workbook(*rows), name="q3.xlsx")
    where = page.url.path
    assert "An Excel workbook: 3 rows, 11 columns." in page.text
    assert re.search(r'<option value="Account No." selected>', page.text) and "such as NW-1 · NW-2 · NW-3" in page.text
    page = post(max_, f"{where}/layout", **layout())
    assert "It is checked" in page.text and max_.get(f"{where}/progress").json() == {"done": 0, "total": 3, "over": False}
    worked(engine, settings)
    page = html.unescape(max_.get(where).text)
    assert "1 row of 3 can be taken" in page and "1 row has problems" in page
    assert "1 row</b>: ZIP code, expected a ZIP code of the United States" in page and "“EL-01”, 1 row, is" in page
    assert "Take 1" not in page
    assert "4,ZIP code,a ZIP code of the United States,'99999'" in max_.get(f"{where}/problems.csv").text
    post(max_, f"{where}/products", **{"product.0": "electricity"})
    worked(engine, settings)
    assert "Take 2 accounts, leave 1 out" in max_.get(where).text
    assert "leave out the 1 with problems" in html.unescape(post(max_, f"{where}/take", leaving="0").text)
    post(max_, f"{where}/take", leaving="1")
    worked(engine, settings)
    assert "2 rows are in since" in max_.get(where).text and "q3.xlsx" in max_.get("/manage/accounts").text
    with core.reading(engine) as session:
        assert len(accounts.known_open_debts(session)) == 2
    form = {"client": CLIENT, "kind": "remittance", "first": "2026-11-01", "last": "2026-11-30"}
    answer = post(max_, "/manage/accounts/export", **form)
    assert answer.headers["content-type"].startswith("text/csv") and "to_hand_on" in answer.text
    assert "a day such as" in post(max_, "/manage/accounts/export", **{**form, "last": "x"}).text


def test_what_stands_in_a_file_is_text_on_the_page(app, engine, settings) -> None:
    max_ = at_desk(app, "max")
    raw = csv(row(1, family=HOSTILE, zip=HOSTILE)).replace(b"Product", HOSTILE.encode())
    page = upload(max_, raw, name=f"{HOSTILE}.csv", creditor=HOSTILE)
    where = page.url.path
    assert HOSTILE not in page.text and html.escape(HOSTILE) in page.text
    post(max_, f"{where}/layout", **layout(**{"column.product": "", "fixed.product": "electricity"}))
    worked(engine, settings)
    assert HOSTILE not in max_.get(where).text and HOSTILE not in max_.get("/manage/accounts").text


@pytest.mark.parametrize(
    ("raw", "kind", "expected"),
    [(b"", "accounts", "a CSV or Excel file"), (b"x", "accounts", "no rows"), (b"a,b\n1,2\n", "burn", "one of accounts, updates")],
)
def test_what_is_no_file_is_refused_in_words(app, raw: bytes, kind: str, expected: str) -> None:
    answer = upload(at_desk(app, "max"), raw, kind)
    assert answer.status_code == 409 and expected in html.unescape(answer.text)


def test_keys_and_secrets_are_shown_once(app) -> None:
    max_ = at_desk(app, "max")
    page = post(max_, "/manage/accounts/api/keys", client=CLIENT, name="SAP").text
    key = re.search(r"<code>(parley_[\w-]+)</code>", page)
    assert key and key[1] not in max_.get("/manage/accounts/api").text and "SAP" in max_.get("/manage/accounts/api").text
    ended = re.search(r'action="(/manage/accounts/api/keys/[^"]+/end)"', page)
    assert ended and "No key yet" in post(max_, ended[1]).text
    assert "one whose accounts are here" in post(max_, "/manage/accounts/api/webhooks", client="Nobody", url="https://example.com/x").text


def routes(app) -> list[tuple[str, str]]:
    found = [(method, one.path) for one in app.routes if getattr(one, "path", "").startswith("/manage/accounts")
             for method in one.methods - {"HEAD"}]  # fmt: skip
    assert len(found) > 14
    return found


def test_every_route_is_for_managers_with_a_form_of_ours(app, engine, settings) -> None:
    stranger = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    sue, max_ = at_desk(app, "sue"), at_desk(app, "max")
    before = _facts(engine)
    for method, path in routes(app):
        target = path.replace("{id}", "none")
        assert stranger.request(method, target).status_code in (303, 401), (method, path)
        assert sue.request(method, target, follow_redirects=False).status_code == 403, (method, path)
        for strange in ("none", "%27--", "a" * 300, "..%2f"):
            answer = max_.request(method, path.replace("{id}", strange), data={"token": "x"} if method == "POST" else None)
            assert answer.status_code in ((400, 403, 404) if method == "POST" else (200, 404)), (method, path, answer.status_code)
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    token = token_in(max_.get("/manage/accounts").text)
    form = {"token": token, "client": CLIENT, "kind": "accounts"}
    assert max_.post("/manage/accounts/upload", data=form, files={"file": ("a.csv", csv(row(1)))}, headers=foreign).status_code == 403
    assert _facts(engine) == before


def _facts(engine) -> int:
    with core.reading(engine) as session:
        return len([one for one in core.facts(session) if one.kind.startswith(("File", "Api", "Webhook", "Export"))])


def test_a_body_that_is_too_large_is_not_read(app, monkeypatch) -> None:
    from bot.web import manage_accounts

    monkeypatch.setattr(manage_accounts, "LARGEST", 100)
    assert upload(at_desk(app, "max"), csv(*map(row, range(9)))).status_code == 413


