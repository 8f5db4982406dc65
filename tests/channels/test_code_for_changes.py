"""Who writes from elsewhere than the phone on file types a code that went to it, before a plan or contact data change.

By black box: the page's inbox, the handlers, the outbox, the real Twilio SDK and the phone on which the code arrives.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import contact, core
from bot.core import Problems, Settings, reading, transaction
from bot.dialogue.meaning.acts import Accept, Act, CancelPlan, Identify, Move, NoMore, Propose, Refuse
from bot.dialogue.nlu.typed_numbers import code_in
from bot.negotiation import store as terms
from tests.channels.living import Parley
from tests.dialogue.acting import MARIA, meant, usd

PAGE = "visitor"
ASKS = "6-digit code"


def write(live: Parley, text: str, *acts: Act | str) -> str:
    """On the page, and what stands there then."""
    live.talker.means[text] = meant(*acts, words=text)
    live.clock.move(timedelta(seconds=20))
    with transaction(live.database) as session:
        contact.receive(session, contact.Incoming("web", PAGE, core.new_id("w"), text), live.clock.now())
        talk, before = (
            contact.open_conversation(session, "web", PAGE, live.clock.now()), contact.glance.last_number(session)
        )  # fmt: skip
    live.work()
    with reading(live.database) as session:
        return "\n".join(line.text for line in contact.said(session, talk.id, after=before))


def known_on_the_page(live: Parley) -> None:
    write(live, "hi", "greet")
    assert "Northwind" in write(live, "me", MARIA.proof)


def plan_of(live: Parley, channel: str = "web") -> None:
    """Forty a month, agreed: to agree needs no code."""
    day = live.clock.now().date() + timedelta(days=14)
    how = (Propose(each=usd(40), frequency="monthly", first=day),)
    if channel == "web":
        write(live, "40 a month", *how)
        assert ASKS not in write(live, "ok deal", Accept())
    else:
        live.ask(channel, "40 a month", *how)
        live.ask(channel, "ok deal", Accept())
    assert plans(live) == (1, 0, 0)


def plans(live: Parley) -> tuple[int, int, int]:
    """Agreed, changed, ended."""
    tables = (terms.agreements, terms.agreement_changes, terms.agreement_ends)
    return tuple(live.rows(f"select count(*) from {table.name}")[0][0] for table in tables)  # type: ignore[return-value]


def code_on_the_phone(live: Parley) -> str:
    text = live.hear("sms")
    code, _ = code_in(text)
    assert code is not None and "Do not share it" in text and "plan" not in text
    return code


def later(live: Parley) -> Move:
    return Move(on=live.clock.now().date() + timedelta(days=18))


def test_a_plan_is_moved_on_the_page_only_with_the_code_from_the_phone_on_file(live: Parley) -> None:
    known_on_the_page(live)
    plan_of(live)
    live.hear("sms")
    write(live, "move it", later(live))
    assert ASKS in write(live, "yes", Accept())
    assert plans(live) == (1, 0, 0), "nothing before the code"
    code = code_on_the_phone(live)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert "That isn't the code" in write(live, "wrong one", Identify(code=wrong))
    assert plans(live) == (1, 0, 0)
    assert ASKS not in write(live, f"it is {code}", Identify(code=code))
    assert plans(live) == (1, 1, 0)
    write(live, "end it", CancelPlan())
    write(live, "yes end it", Accept())
    assert plans(live) == (1, 1, 1), "the same hour needs no second code"
    with reading(live.database) as session:
        typed = [line.text for line in contact.transcript(session, talk_id(live))]
    assert not any(code in one for one in typed)


def talk_id(live: Parley) -> str:
    with transaction(live.database) as session:
        return contact.open_conversation(session, "web", PAGE, live.clock.now()).id


def test_another_plan_in_place_of_the_one_that_runs_and_new_contact_data_need_it_too(live: Parley) -> None:
    known_on_the_page(live)
    plan_of(live)
    day = live.clock.now().date() + timedelta(days=10)
    write(live, "60 instead", Propose(each=usd(60), frequency="monthly", first=day))
    assert ASKS in write(live, "yes 60", Accept())
    assert plans(live) == (1, 0, 0)
    assert "person" in write(live, "no", Refuse())
    write(live, "no thanks", Refuse())
    assert "code is on its way" in write(live, "i have a new number", "update_contact")


def test_on_the_phone_on_file_nothing_of_it_is_asked(live: Parley) -> None:
    live.ask("sms", "hi", "greet")
    live.ask("sms", "me", MARIA.proof)
    plan_of(live, "sms")
    live.ask("sms", "move it", later(live))
    assert ASKS not in live.ask("sms", "yes", Accept())
    assert plans(live) == (1, 1, 0)


def test_whose_phone_is_gone_gets_a_person_and_the_plan_stays(live: Parley) -> None:
    known_on_the_page(live)
    plan_of(live)
    write(live, "end it", CancelPlan())
    assert ASKS in write(live, "yes end it", Accept())
    assert "person" in write(live, "i lost that phone", NoMore())
    assert plans(live) == (1, 0, 0)


def test_a_phone_that_is_not_on_file_needs_it_as_a_page_does(live: Parley) -> None:
    other = "+14045550188"
    live.ask("sms", "hi", "greet", phone=other)
    live.ask("sms", "me", MARIA.proof, phone=other)
    day = live.clock.now().date() + timedelta(days=14)
    live.ask("sms", "40 a month", Propose(each=usd(40), frequency="monthly", first=day), phone=other)
    live.ask("sms", "ok deal", Accept(), phone=other)
    live.ask("sms", "end it", CancelPlan(), phone=other)
    assert ASKS in live.ask("sms", "yes end it", Accept(), phone=other)
    assert code_on_the_phone(live), "it arrives on hers"


def test_an_operator_may_want_the_code_before_anything_is_said(live: Parley) -> None:
    live.settings = replace(live.settings, code_for={**live.settings.code_for, "web": "everything"})
    write(live, "hi", "greet")
    assert "text you a code" in write(live, "me", MARIA.proof)
    assert ASKS in write(live, "555-010-0001", Identify(phone=MARIA.phone))
    code = code_on_the_phone(live)
    assert "$612.40" in write(live, f"it is {code}", Identify(code=code)), "what was answered before counts"


@pytest.mark.parametrize("bad", ["web=maybe", "fax=changes", "web"])
def test_a_setting_that_cannot_be_is_a_problem(bad: str) -> None:
    with pytest.raises(Problems, match="PARLEY_CODE_FOR"):
        Settings.load({"PARLEY_CODE_FOR": bad})


def test_without_a_word_changes_need_a_code_on_every_channel() -> None:
    assert set(Settings.load({}).code_for.values()) == {"changes"}
