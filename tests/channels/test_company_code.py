"""Whoever writes for a company names its account, gets a code at the phone and e-mail on file, and is served."""

from __future__ import annotations

import pytest

from bot import accounts, contact, core
from bot.dialogue.meaning.acts import CannotSay, Identify
from bot.dialogue.nlu.typed_numbers import code_in
from tests.channels.living import Parley
from tests.channels.test_code_by_text import write
from tests.dialogue.acting import MARIA

OFFICE, MAIL, ACCOUNT = "+14045550142", "office@sunrise-bakery.example", "0765-KDISU"
FOR_A_COMPANY = Identify(for_company=True)
FIELDS = "reference,company,phone,email,client,product,opened_on,due_since,itemisation_kind,itemisation_date,amount_then,balance"


@pytest.fixture
def bakery(live: Parley) -> Parley:
    """A company with a phone and an e-mail address, and one with an e-mail address alone."""
    then = (live.clock.now().date()).replace(day=1)
    dates = f"{then.replace(year=then.year - 1)},{then.replace(year=then.year - 1)},last_statement,{then}"
    content = (
        f"{FIELDS}\n{ACCOUNT},Sunrise Bakery LLC,{OFFICE},{MAIL},Northwind Energy,electricity,{dates},1234.50,1234.50\n"
        f"INV/2026/17,Harbor Clinic PC,,pay@harbor.example,Northwind Energy,electricity,{dates},80.00,80.00\n"
    )
    with core.transaction(live.database) as session:
        accounts.import_csv(session, content, now=live.clock.now(), secret=live.settings.secret_key)
    return live


def code_of(text: str) -> str:
    code, _ = code_in(text)
    assert code is not None, text
    return code


def test_on_the_page_the_code_goes_to_phone_and_mail_and_lets_them_in(bakery: Parley) -> None:
    write(bakery, "hi", "greet")
    asked = write(bakery, "we are a company", FOR_A_COMPANY)
    assert "company's account number" in asked
    said = write(bakery, ACCOUNT, "unclear")  # of any form: no reference that a person's would look like
    assert "If a company has that account number" in said and "Sunrise" not in said and "$" not in said
    assert bakery.rows("select count(*) from heard where why = 'not_understood'")[0][0] == 0
    texted, (letter,) = bakery.hear("sms", OFFICE), bakery.mailed(MAIL)
    assert code_of(texted) == code_of(letter["text"])
    assert letter["subject"] == bakery.settings.company and "Sunrise" not in letter["text"]
    assert "$1,234.50" in write(bakery, f"the code is {code_of(texted)}", Identify(code=code_of(texted)))
    assert "$1,234.50" in write(bakery, "what do we owe", "ask_balance")


def test_a_code_by_mail_alone_is_enough(bakery: Parley) -> None:
    write(bakery, "for a company, INV/2026/17", FOR_A_COMPANY)
    (letter,) = bakery.mailed("pay@harbor.example")
    code = code_of(letter["text"])
    assert "$80 " in write(bakery, code, Identify(code=code))


def test_by_sms_from_another_phone_it_is_the_same(bakery: Parley) -> None:
    mine = "+14045550177"
    bakery.ask("sms", "hello, writing for our company", FOR_A_COMPANY, phone=mine)
    assert "code goes now" in bakery.ask("sms", ACCOUNT, "unclear", phone=mine)
    code = code_of(bakery.hear("sms", OFFICE))
    assert "$1,234.50" in bakery.ask("sms", code, Identify(code=code), phone=mine)


def test_from_the_phone_on_file_its_account_number_is_enough_and_another_is_not(bakery: Parley) -> None:
    first = bakery.ask("sms", "hi", "greet", phone=OFFICE)
    assert "Sunrise Bakery LLC" in first and "account number" in first and "date of birth" not in first
    assert "doesn't match" in bakery.ask("sms", "INV/2026/17", "unclear", phone=OFFICE)
    assert "$1,234.50" in bakery.ask("sms", ACCOUNT, "unclear", phone=OFFICE)
    assert bakery.mailed(MAIL) == []


def test_tries_at_the_account_number_from_its_own_phone_are_counted(bakery: Parley) -> None:
    bakery.ask("sms", "hi", "greet", phone=OFFICE)
    said = [bakery.ask("sms", f"AB-100{n}", Identify(reference=f"AB-100{n}"), phone=OFFICE) for n in range(3)]
    assert "doesn't match" in said[1] and "colleague" in said[2]
    assert "$" not in bakery.ask("sms", ACCOUNT, "unclear", phone=OFFICE)


@pytest.mark.parametrize("named", ["ZZ/9999/99", MARIA.proof.reference])
def test_nobody_learns_which_numbers_are_a_company_s(bakery: Parley, named: str) -> None:
    """Nobody's and a person's are answered as a company's is, and nothing is sent."""
    write(bakery, "company", FOR_A_COMPANY)
    said = write(bakery, f"it is {named}", "unclear").splitlines()[-1]
    assert said.startswith("If a company has that account number")
    assert bakery.received("sms", MARIA.phone) == []
    assert "isn't the code" in write(bakery, "123456", Identify(code="123456"))


def test_a_person_s_code_is_no_company_s(bakery: Parley) -> None:
    """A right code to Maria's phone makes it known, and she still says who she is."""
    write(bakery, "hi", "greet")
    write(bakery, "i don't have it", CannotSay())
    write(bakery, "555-010-0001", Identify(phone=MARIA.phone))
    code = code_of(bakery.hear("sms"))
    assert "$" not in write(bakery, code, Identify(code=code))


def test_who_lacks_the_number_is_offered_a_person(bakery: Parley) -> None:
    write(bakery, "company", FOR_A_COMPANY)
    assert "person" in write(bakery, "we don't have it", CannotSay()).splitlines()[-1]


def test_a_mail_server_that_is_away_is_waited_for_and_a_wrong_address_is_not(bakery: Parley) -> None:
    with core.transaction(bakery.database) as session:
        debt = accounts.known_debt_by_reference(session, "INV/2026/17")
        assert debt is not None
        contact.add_address(session, party_id=debt.party_id, channel="email", value="nobody@harbor.example",
                            basis="client_file", now=bakery.clock.now())  # fmt: skip
    write(bakery, "for a company, INV/2026/17", FOR_A_COMPANY)
    rows = bakery.rows("select state, last_error from outbox where channel = 'email'")
    assert [tuple(row) for row in rows] == [("dead", "SMTP 550")]
