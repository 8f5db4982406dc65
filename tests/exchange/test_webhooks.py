"""What happens on its accounts is told to a creditor: once written down, signed, and again until somebody takes it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import accounts, core, exchange
from bot.core import Clock
from bot.exchange import outside, webhooks
from tests.examples import each
from tests.exchange.kit import CLIENT, csv, row, taken

pytestmark = pytest.mark.postgres
URL = "http://127.0.0.1:9/hook"


class Ear:
    """The creditor's own system."""

    def __init__(self) -> None:
        self.heard: list[dict] = []
        self.is_deaf = False
        self.headers: dict[str, str] = {}
        self.body = b""

    def __call__(self, url, body, headers) -> None:
        if self.is_deaf:
            raise outside.NotTaken("answered 503")
        self.heard.append(json.loads(body))
        self.headers, self.body = dict(headers), body


def ready(engine, settings, client: str = CLIENT) -> str:
    taken(engine, settings, csv(row(1)))
    with core.transaction(engine) as session:
        core.seal(session)
        return webhooks.add_target(session, client=client, url=URL, by="agent:max", now=settings.clock.now(), settings=settings)


def paid(engine, settings, source: str) -> None:
    with core.transaction(engine) as session:
        debt = accounts.known_debt_by_reference(session, "NW-1")
        accounts.post(session, debt_id=debt.id, kind=accounts.EntryKind.PAYMENT, amount=core.Money(-4000, "USD"), source=source,
                      now=settings.clock.now())  # fmt: skip
        core.seal(session)


def told(engine, settings, ear: Ear, seconds: float = 0) -> None:
    later = replace(settings, clock=Clock(fixed=settings.clock.now() + timedelta(seconds=seconds)))
    while webhooks.collect(engine, later.clock.now()):
        pass
    while webhooks.deliver(engine, later, ear):
        pass


def test_a_payment_is_told_once_with_a_signature_that_fits(engine, settings) -> None:
    secret, ear = ready(engine, settings), Ear()
    told(engine, settings, ear)
    assert ear.heard == [], "what was before is not told"
    paid(engine, settings, "pi_1")
    told(engine, settings, ear)
    told(engine, settings, ear)
    [event] = ear.heard
    assert (event["type"], event["account"], event["data"]) == ("payment.posted", "NW-1", {"amount_minor": 4000, "currency": "USD"})
    at, made = (part.partition("=")[2] for part in ear.headers["Parley-Signature"].split(","))
    assert made == hmac.new(secret.encode(), f"{at}.".encode() + ear.body, hashlib.sha256).hexdigest()
    assert int(at) == int(settings.clock.now().timestamp()) and ear.headers["Parley-Event"] == event["id"]


def test_a_dispute_of_everything_is_told_of_each_account(engine, settings) -> None:
    ready(engine, settings)
    taken(engine, settings, csv(row(1), row(2).replace("C-2", "C-1").replace("4045550002", "4045550001")))
    now, ear = settings.clock.now(), Ear()
    with core.transaction(engine) as session:
        party = accounts.known_debt_by_reference(session, "NW-1").party_id
        accounts.place_dispute(session, party_id=party, debt_id=None, claim=accounts.Claim(accounts.DisputeReason.NOT_MY_DEBT, "no"),
                               source="x", now=now)  # fmt: skip
        core.seal(session)
    told(engine, settings, ear)
    assert sorted((one["type"], one["account"]) for one in ear.heard) == [("account.disputed", "NW-1"), ("account.disputed", "NW-2")]


def test_a_deaf_system_is_told_again_in_order_and_given_up_after_three_days(engine, settings) -> None:
    ready(engine, settings)
    ear = Ear()
    ear.is_deaf = True
    paid(engine, settings, "pi_1")
    told(engine, settings, ear)
    paid(engine, settings, "pi_2")
    told(engine, settings, ear, 1)
    ear.is_deaf = False
    told(engine, settings, ear, 10)
    assert ear.heard == [], "it rests first"
    told(engine, settings, ear, 60)
    told(engine, settings, ear, 120)
    assert [one["id"] for one in ear.heard] == sorted((one["id"] for one in ear.heard), key=lambda at: int(at.split('_')[1])) and len(ear.heard) == 2
    ear.is_deaf = True
    paid(engine, settings, "pi_3")
    told(engine, settings, ear, 200)
    told(engine, settings, ear, 200 + 3 * 86400)
    with core.transaction(engine) as session:
        [target] = webhooks.targets(session)
        assert (target.dead, target.waiting, target.last_error) == (1, 0, "answered 503")
        assert webhooks.tell_again(session, target.id, settings.clock.now()) == 1
    ear.is_deaf = False
    told(engine, settings, ear, 60)
    assert len(ear.heard) == 3


def test_whoever_dies_while_telling_tells_again_and_the_other_creditor_hears_nothing(engine, settings) -> None:
    ready(engine, settings)
    paid(engine, settings, "pi_1")

    class Died(Exception):
        pass

    def dies(url, body, headers) -> None:
        raise Died

    webhooks.collect(engine, settings.clock.now())
    with pytest.raises(Died):
        webhooks.deliver(engine, settings, dies)
    ear = Ear()
    told(engine, settings, ear)
    assert ear.heard == [], "it may have been told just now"
    told(engine, settings, ear, 61)
    assert len(ear.heard) == 1
    with core.transaction(engine) as session:
        [target] = webhooks.targets(session)
        assert webhooks.end_target(session, target.id, by="agent:max", now=settings.clock.now())
        webhooks.add_target(session, client="Harbor", url=URL, by="x", now=settings.clock.now(),
                            settings=replace(settings, creditors={"Harbor": None}))  # fmt: skip
    paid(engine, settings, "pi_2")
    told(engine, settings, ear, 200)
    assert len(ear.heard) == 1


@each(
    ("url", "is_live", "is_taken"),
    [
        ("https://api.example.com/parley", True, True), ("http://api.example.com/parley", True, False), (URL, False, True),
        (URL, True, False), ("https://user:x@example.com/", True, False), ("ftp://example.com", False, False), ("https://", True, False),
        ("https://example.com:99999/", True, False), ("javascript:alert(1)", False, False),
    ],
)  # fmt: skip
def test_an_address_is_one_that_may_be_called(url: str, is_live: bool, is_taken: bool) -> None:
    class Some:
        pass

    some = Some()
    some.is_live = is_live  # type: ignore[attr-defined]
    assert (outside.refused(url, some) == "") == is_taken  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "0.0.0.0"])
def test_our_own_network_is_never_called(host: str) -> None:
    with pytest.raises(outside.NotTaken, match="not an address on the internet"):
        outside._public(host, 443)


def test_keys_open_until_they_end(engine, settings) -> None:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        secret = exchange.keys.make(session, client=CLIENT, name="SAP", by="agent:max", now=now)
        found = exchange.keys.find(session, secret)
        assert found is not None and found.client == CLIENT and exchange.keys.find(session, secret + "x") is None
        assert exchange.keys.end(session, found.id, by="agent:max", now=now) and exchange.keys.find(session, secret) is None
        with pytest.raises(core.Problems):
            exchange.keys.make(session, client="", name="x" * 99, by="agent:max", now=now)
