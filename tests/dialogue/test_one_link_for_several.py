"""Paying several accounts at once in the conversation: one link, one payment, and every account's share said."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot import contact, core, payments
from bot.dialogue.meaning.acts import Accept, Divide, Pay
from bot.payments import store
from tests.dialogue.acting import ERIN, Answer, Talk, usd

Begin = Callable[..., Talk]


def links(answer: Answer) -> list[str]:
    return re.findall(r"/p/([\w-]+)", answer.text)


def shown(talk: Talk, token: str) -> payments.PayView:
    with core.reading(talk.database) as session:
        found = payments.view(session, token, talk.clock.now())
    assert found is not None
    return found


def live(talk: Talk) -> int:
    with core.reading(talk.database) as session:
        query = sa.select(store.payment_requests.c.id).where(store.payment_requests.c.cancelled_at.is_(None))
        return len(session.execute(query).all())


def test_a_sum_for_each_is_one_link(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("40 on each", Divide(each=usd(40)))
    answer = talk.write("yes", Accept())
    assert answer.responses[0] == "utter_payments_link_several"
    (token,) = links(answer)
    assert "$80" in answer.text and answer.text.count("$40") == 2
    found = shown(talk, token)
    assert [line.amount for line in found.lines] == [usd(40), usd(40)] and found.amount == usd(80)
    assert live(talk) == 1


@pytest.mark.parametrize("act", [Pay(what="all", debts="all"), Pay(debts="all")])
def test_all_of_both_now_is_one_link(begin: Begin, act: Pay) -> None:
    talk = begin(ERIN, known=True)
    talk.write("pay both now", act)
    answer = talk.write("yes", Accept())
    assert "utter_negotiation_several_agreed" in answer.responses
    (token,) = links(answer)
    found = shown(talk, token)
    agreed = {row.debt_id: row.total_minor for row in talk.agreed()}
    assert len(agreed) == 2 and {line.debt_id: line.amount.minor for line in found.lines} == agreed


def test_a_link_for_one_of_them_takes_its_place(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("40 on each", Divide(each=usd(40)))
    (joint,) = links(talk.write("yes", Accept()))
    (alone,) = links(talk.write("20 on the gym", Pay(what=usd(20), debts=(1,))))
    assert shown(talk, joint).state is payments.State.CANCELLED
    assert shown(talk, alone).state is payments.State.OPEN and live(talk) == 1


def test_nothing_goes_to_one_that_came_under_a_hold_meanwhile(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("40 on each", Divide(each=usd(40)))
    theirs, (first, _) = talk.party_id, talk.debts()
    with talk.session() as session:
        contact.place_hold(
            session, party_id=theirs, debt_id=first.id, kind=contact.HoldKind.DISPUTE, reason="test",
            now=talk.clock.now(),
        )  # fmt: skip
    answer = talk.write("yes", Accept())
    assert links(answer) == [] and live(talk) == 0
