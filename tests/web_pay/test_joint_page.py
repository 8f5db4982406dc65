"""One page, one payment and a receipt each for two accounts, over the real SDK."""

from __future__ import annotations

import re

from tests.payments.joint_kit import Joint, with_clinic
from tests.web_pay.pay_site import Site


def _joint(site: Site) -> Joint:
    world = with_clinic(site.world)
    site.world = world
    return world


def test_the_page_shows_each_amount_and_names_no_account_to_whoever_holds_the_link(site: Site) -> None:
    page = site.http.get(site.opened(_joint(site).both())).text
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    assert facts == [("Account 1", "$50.00"), ("Account 2", "$30.00")]
    assert "Pay $80.00" in page and "Clinic" not in page and "2000" not in page


def test_both_are_paid_by_one_session_and_the_page_has_a_receipt_of_each(site: Site) -> None:
    world = _joint(site)
    path = site.opened(world.both())
    session_id = site.click(path)
    items = site.stripe.v1.checkout.sessions.line_items.list(session_id).data
    assert [item.amount_total for item in items] == [5000, 3000]
    site.pay(session_id)
    site.work_until(lambda: world.balances() == ("550.00", "90.00"))
    page = site.http.get(path).text
    assert "$80.00 arrived." in page and len(set(re.findall(r"Receipt number</dt><dd>([^<]+)", page))) == 2
    links = re.findall(r'href="([^"]+/receipt[^"]*)"', page)
    assert [link.partition("?")[2] for link in links] == ["of=1", "of=2"]
    assert all(site.http.get(link).status_code == 200 for link in links)
    assert site.http.get(f"{path}/receipt?of=3").status_code == 404


def test_two_tabs_and_a_double_click_pay_once(site: Site) -> None:
    world = _joint(site)
    path = site.opened(world.both())
    first, second = site.click(path), site.click(path)
    assert site.pay(first).status_code != 200 or first == second
    site.pay(second)
    site.work_until(lambda: world.balances() == ("550.00", "90.00"))
    assert site.http.post(path).status_code == 200
    assert world.entries_of(world.other_id) == [("payment", -3000)]


def test_a_refund_at_stripe_comes_back_of_both(site: Site) -> None:
    world = _joint(site)
    session_id = site.click(site.opened(world.both()))
    site.pay(session_id)
    site.work_until(lambda: world.balances() == ("550.00", "90.00"))
    intent = site.stripe.v1.checkout.sessions.retrieve(session_id).payment_intent
    site.stripe.v1.refunds.create({"payment_intent": str(intent)})
    site.work_until(lambda: world.balances() == ("600.00", "120.00"))
