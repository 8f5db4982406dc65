"""Every account can be talked about: any product, creditor, reference, currency, age and history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from bot import accounts, core
from bot.core import Money
from bot.dialogue.meaning.acts import Accept, Adjust, AskAbout, Choose, Divide, Identify, Move, Pay, Propose, TalkOf
from bot.tables import ROOMS
from tests.dialogue import acting

TODAY = date(2026, 11, 18)
BORN, POSTCODE, PHONE = date(1980, 3, 14), "30318", "+15550109001"
letters = st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd"), whitelist_characters=" -'&."), min_size=1,
                  max_size=40).map(str.strip).filter(bool)  # fmt: skip
products = st.one_of(st.sampled_from(["electricity", "timeshare", "tv_and_internet", "payday loan", "Ñandú"]), letters)
references = st.one_of(
    st.from_regex(r"[0-9]{4,11}", fullmatch=True), st.from_regex(r"[A-Z]{2}-[0-9]{4}-[0-9]", fullmatch=True)
)
ages = st.integers(1, 9000).map(lambda days: TODAY - timedelta(days=days))


@st.composite
def placements(draw: st.DrawFn, currency: str, customer: str = "C-1") -> accounts.Placement:
    reference, opened = draw(references), draw(ages)
    since = min(TODAY, opened + timedelta(days=draw(st.integers(0, 400))))
    entries = [
        accounts.Opening(accounts.EntryKind.PRINCIPAL, Money(draw(st.integers(1, 3_000_000)), currency), since, "")
    ]
    for kind, sign in ((accounts.EntryKind.INTEREST, 1), (accounts.EntryKind.FEE, 1), (accounts.EntryKind.PAYMENT, -1)):
        for minor in draw(st.lists(st.integers(1, 20_000), max_size=2)):
            entries.append(accounts.Opening(kind, Money(sign * minor, currency), since, "x"))
    person = accounts.Person(
        customer=customer, given_name=draw(letters), family_name=draw(letters), date_of_birth=BORN, postcode=POSTCODE,
        state="GA", time_zone="America/New_York", language=draw(st.sampled_from(["en", "es"])), phone=PHONE, email="",
    )  # fmt: skip
    account = accounts.Account(
        client=draw(letters), product=draw(products), reference=reference, opened_on=opened, itemisation_date=since,
        itemisation_kind=draw(st.sampled_from(list(accounts.ItemisationKind))), last_statement_on=None,
        due_since=draw(st.sampled_from([None, since])), service_from=None, service_to=None, currency=currency,
    )  # fmt: skip
    return accounts.Placement(reference, person, account, tuple(entries))


@st.composite
def people(draw: st.DrawFn) -> list[accounts.Placement]:
    """One person's accounts, all in one currency."""
    currency = draw(st.sampled_from(["USD", "USD", "JPY", "KWD", "EUR", "MXN"]))
    first = draw(placements(currency))
    others = draw(st.lists(placements(currency), max_size=2, unique_by=lambda one: one.account.reference))
    return [
        first,
        *(replace(one, person=first.person) for one in others if one.account.reference != first.account.reference),
    ]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert ROOMS
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    database = acting.opened(path)
    core.metadata.create_all(database)
    database.dispose()
    return path


@hypothesis.given(placed=people())
@hypothesis.settings(max_examples=12, suppress_health_check=list(hypothesis.HealthCheck))
def test_any_account_can_be_talked_about(
    placed: list[accounts.Placement], empty: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    proof = Identify(date_of_birth=BORN, postcode=POSTCODE, reference=placed[0].account.reference)
    person = acting.Person(PHONE, proof)
    currency = placed[0].entries[0].amount.currency
    with acting.talk_on(empty, tmp_path_factory.getbasetemp() / "any_account.db", person) as talk:
        with talk.session() as session:
            accounts.place(session, placed, now=talk.clock.now(), secret=talk.chat.settings.secret_key)
        each = Money(5000, currency)
        for number, act in enumerate((
            "greet", proof, "ask_balance", "ask_breakdown", TalkOf(debts=(1,)), "ask_breakdown", "ask_origin", "ask_history", "ask_fees",
            "who_are_you", "ask_options", Choose(option=1), AskAbout(about="schedule"), Adjust(to="less"),
            Propose(each=each, frequency="monthly"), Accept(), "plan_status", Move(), Pay(what="next"),
            Divide(total=each), Accept(), TalkOf(debts="all"), Propose(each=each, frequency="weekly", debts="all"),
            Accept(), "hardship", "wrong_amount", "greet",
        )):  # fmt: skip
            assert talk.write(f"message {number}", act).responses, (number, act, placed)
