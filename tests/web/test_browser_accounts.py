"""A manager in a real browser takes a creditor's file in; axe finds nothing, at 360 and at 1,280 px."""

from __future__ import annotations

import pytest

import bot.web
from bot import core, exchange
from tests.examples import walked
from tests.exchange.kit import CLIENT, csv, row, worked
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server
from tests.web.test_desk_hands import seen

__all__ = ["chromium", "open_page", "pytestmark", "server"]


@pytest.mark.parametrize("size", walked(SIZES))
def test_a_file_is_uploaded_laid_out_checked_and_taken(server, open_page, size, tmp_path) -> None:
    with core.transaction(server.engine) as session:
        bot.web.add_staff(session, "mia", "Mia Manager", "demo-agent-1", "manager", server.settings.clock.now())
    path = tmp_path / "november.csv"
    path.write_bytes(csv(*(row(n, zip="501" if n == 3 else "30318") for n in range(1, 9)), row(9, zip="99999"), row(10, product="EL-01")))
    page = at_desk(open_page, server, "mia", size)
    page.goto("/manage/accounts")
    page.get_by_label("Creditor, as its accounts call it").fill(CLIENT)
    page.get_by_label("CSV or Excel").set_input_files(path)
    seen(page, f"manage-accounts-{size}")
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_text("Text in UTF-8 with commas between the cells: 10 rows, 11 columns.").wait_for()
    page.locator("#c-itemisation_date").select_option("Charge Off Date")
    page.locator("#f-itemisation_kind").fill("charge_off")
    seen(page, f"manage-accounts-columns-{size}")
    page.get_by_role("button", name="Check all 10 rows").click()
    page.get_by_text("It is checked").wait_for()
    worked(server.engine, server.settings)
    page.get_by_role("heading", name="8 rows of 10 can be taken").wait_for()
    seen(page, f"manage-accounts-check-{size}")
    page.get_by_label("“EL-01”, 1 row, is").select_option("electricity")
    page.get_by_role("button", name="Save, and check again").click()
    page.get_by_text("It is checked").wait_for()
    worked(server.engine, server.settings)
    page.get_by_role("button", name="Take 9 accounts, leave 1 out").click()
    page.get_by_text("It is taken").wait_for()
    worked(server.engine, server.settings)
    page.get_by_text("9 rows are in since").wait_for()
    page.goto("/manage/accounts/api")
    page.locator("#k-client").fill(CLIENT)
    page.get_by_label("For which system").fill("SAP")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_text("The key, shown once").wait_for()
    seen(page, f"manage-accounts-api-{size}")
    with core.reading(server.engine) as session:
        assert [one.client for one in exchange.keys.all_keys(session)] == [CLIENT]
