"""Rules SR-SOL-WI and SR-SOL-MS: where with the time to sue the right itself has ended, there is nothing to agree on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot import accounts, contact, negotiation
from bot.accounts import store
from bot.dialogue.meaning.acts import Accept, Act, AskAbout, Pay, Plain, Promise, Propose, TalkOf
from tests.dialogue.acting import ERIN, Talk, usd

Begin = Callable[..., Talk]
ENDED = "utter_law_ended"


def grow_old(talk: Talk, state: str, place: int = 1) -> accounts.Debt:
    """The debt at this place is of that state, where its debtor lives, and a day beyond its years."""
    debt = talk.debts()[place - 1]
    years, today = accounts.limitations()[state].years, talk.clock.now().date()
    since = today.replace(year=today.year - years)
    with talk.session() as session:
        change = store.debts.update().where(store.debts.c.id == debt.id)
        session.execute(change.values(due_since=since, jurisdiction=f"US-{state}"))
        contact.places.add_place(session, party_id=debt.party_id, state=state, city="", time_zone="America/Chicago",
                                 source="test", now=talk.clock.now())  # fmt: skip
    return debt


WANTED: dict[str, tuple[Act | str, ...]] = {
    "what do i owe": ("ask_balance",),
    "what is it made of": ("ask_breakdown",),
    "what are my choices": ("ask_options",),
    "40 a month": (Propose(each=usd(40), frequency="monthly"),),
    "200 and we close it": (Propose(total=usd(200), wants="settlement"),),
    "would you take less": ("request_settlement",),
    "100 on friday": (Promise(amount=usd(100), on=date(2026, 11, 20)),),
    "send me the link": (Pay(what="all"),),
    "20 now": (Pay(what=usd(20)),),
    "i cant pay": ("cannot_pay",),
    "give me until january": (Propose(wants="pause", until=date(2027, 1, 4)),),
    "what happens if i dont": ("ask_consequences",),
    "is it too old": (AskAbout(about="barred"),),
    "whats the least": (AskAbout(about="least"),),
    "can i pay it anyway": (AskAbout(about="pay_held"),),
    "is that all you have": (AskAbout(about="others"),),
}


@pytest.mark.parametrize("state", ["WI", "MS"])
@pytest.mark.parametrize("words", sorted(WANTED))
def test_SR_SOL_whatever_they_want_of_it_there_is_nothing_to_pay_or_agree(begin: Begin, state: str, words: str) -> None:
    talk = begin(known=True)
    grow_old(talk, state)
    answer = talk.write(words, *WANTED[words])
    assert ENDED in answer.responses and "$" not in answer.text and "/p/" not in answer.text, answer.text
    assert not answer.tags & contact.texts.ASKING
    assert set(talk.changes().values()) == {0}
    assert talk.case() is not None, "a person closes it"


def test_SR_SOL_a_day_before_it_is_a_debt_like_any_other(begin: Begin) -> None:
    talk = begin(known=True)
    debt = grow_old(talk, "WI")
    with talk.session() as session:
        change = store.debts.update().where(store.debts.c.id == debt.id)
        session.execute(change.values(due_since=talk.clock.now().date().replace(year=2020, day=19)))
    assert "$" in talk.write("what do i owe", "ask_balance").text


def test_SR_SOL_an_offer_that_was_open_when_the_right_ended_cannot_be_accepted(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    assert talk.asked == "accept"
    grow_old(talk, "WI")
    answer = talk.write("yes", Accept())
    assert ENDED in answer.responses and talk.agreed() == [] and talk.asked != "accept"


def test_SR_SOL_the_other_account_is_bargained_about_as_before(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    grow_old(talk, "MS", place=1)
    other = talk.debts()[1]
    listed = talk.write("what do i owe", "ask_balance").text
    assert "nothing to pay" in listed and f"Together {other.balance.text('en')}" in listed
    assert ENDED in talk.write("the first one", TalkOf(debts=(1,))).responses
    both = talk.write("40 a month on both", Propose(each=usd(40), frequency="monthly", debts="all"))
    assert ENDED in both.responses and talk.asked == "accept"
    talk.write("yes", Accept())
    assert [row.debt_id for row in talk.agreed()] == [other.id]


def test_SR_SOL_a_dispute_of_it_is_placed_like_any_other(begin: Begin) -> None:
    talk = begin(known=True)
    grow_old(talk, "WI")
    answer = talk.write("i never owed that", Plain(name="not_my_debt"))
    assert talk.holds() and "number" in answer.text


@pytest.mark.parametrize("state", ["WI", "MS"])
def test_SR_SOL_no_room_offers_agrees_or_counts_it_as_late(begin: Begin, state: str) -> None:
    talk = begin(known=True)
    debt = grow_old(talk, state)
    with talk.session() as session:
        found = accounts.known_debt(session, debt.id)
        assert accounts.ended(session, [found], talk.clock.now()) == {debt.id}
        assert negotiation.agreed.is_held(session, found, talk.clock.now())
