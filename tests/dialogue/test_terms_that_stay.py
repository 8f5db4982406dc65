"""What they named stays through whatever is said between: days, sums, rhythm, and what each account gets."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from bot import negotiation
from bot.dialogue.meaning.acts import Divide, Drop, Keep, Propose, Refuse
from bot.negotiation import store as terms
from tests.dialogue.acting import ERIN, Talk, usd
from tests.dialogue.conftest import Begin

AFTER_THE_15TH = Propose(first=date(2026, 12, 16), not_before=True)
PER_WEEK = Propose(each=usd(40), frequency="biweekly", weekday="friday")


def _next_payday(talk: Talk, after: date) -> date | None:
    party_id = talk.party_id
    with talk.session() as session:
        return negotiation.next_payday(session, party_id, after)


def test_every_saturday_stays_on_saturdays(begin: Begin) -> None:
    talk = begin(known=True)
    answer = talk.write("25 every saturday", Propose(each=usd(25), frequency="weekly", weekday="saturday"))
    assert "from Saturday, November 21" in answer.text and "Monday" not in answer.text


def test_after_the_15th_stays_when_the_sum_is_named_again(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("forty every other friday", PER_WEEK)
    assert "Friday, December 18" in talk.write("but after the 15th", AFTER_THE_15TH).text
    talk.write("not that", Refuse())
    assert "Friday, December 18" in talk.write("i told you forty, every two fridays", PER_WEEK).text


def test_after_the_15th_stays_for_both(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("100 for both after the 15th", Propose(each=usd(100), frequency="biweekly", weekday="friday", debts="all",
                                                      first=date(2026, 12, 16), not_before=True))  # fmt: skip
    talk.write("not that", Refuse())
    answer = talk.write("a hundred, every two fridays", Propose(each=usd(100), frequency="biweekly", weekday="friday"))
    assert "December 18" in answer.text and "December 4" not in answer.text


def test_what_they_said_before_comes_back_in_the_place_of_our_counter_offer(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("fifty every friday after the 15th", Propose(each=usd(50), frequency="weekly", weekday="friday",
                                                            first=date(2026, 12, 16), not_before=True))  # fmt: skip
    talk.write("five a month", Propose(each=usd(5), frequency="monthly"))
    answer = talk.write("what i said before", Keep())
    assert "$50 every week from Friday, December 18" in answer.text


def test_when_they_are_paid_is_kept_as_they_said_it(begin: Begin) -> None:
    """The later days follow from it; a rhythm without a day says none."""
    talk = begin(known=True)
    talk.write("40 every payday", Propose(each=usd(40), frequency="payday"))
    talk.write("like every 2 weeks", Propose(frequency="biweekly"))
    assert _next_payday(talk, date(2026, 11, 20)) is None
    talk.write("40 every payday", Propose(each=usd(40), frequency="payday"))
    talk.write("fridays", Propose(weekday="friday"))
    assert _next_payday(talk, date(2026, 11, 19)) == date(2026, 11, 20)
    assert _next_payday(talk, date(2026, 11, 20)) == date(2026, 12, 4)


def test_what_they_drop_is_gone(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("fifty every friday after the 15th", Propose(each=usd(50), frequency="weekly", weekday="friday",
                                                            first=date(2026, 12, 16), not_before=True))  # fmt: skip
    talk.write("forget it", Drop())
    assert talk.state.named == {}


def test_who_named_a_sum_is_not_asked_what_sum_would_work(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("five a month", Propose(each=usd(5), frequency="monthly"))
    answer = talk.write("too much", Refuse())
    assert "utter_negotiation_ask_what_works" not in answer.responses


def test_no_to_their_own_terms_asks_what_should_be_different(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("forty every other friday", PER_WEEK)
    assert "utter_negotiation_ask_what_differs" in talk.write("no", Refuse()).responses
    assert (
        "$40 every two weeks from Friday, December 18" in talk.write("the 18th", Propose(first=date(2026, 12, 18))).text
    )


def test_an_open_offer_taken_by_its_figure_is_that_offer_on_their_day(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("would you take less", Propose(wants="settlement"))
    talk.write("300 and we are done", Propose(wants="settlement", total=usd(300)))
    with talk.session() as session:
        query = sa.select(terms.offers.c.offer).where(terms.offers.c.made_as != "listed")
        total = min(offer["total"]["minor"] for offer in session.execute(query).scalars())
    talk.write("my choices", "ask_options")
    answer = talk.write("ok that on the 4th then", Propose(each=usd(total // 100), first=date(2026, 12, 4)))
    assert "utter_negotiation_read_back" in answer.responses
    assert str(total // 100) in answer.text and "once by Friday, December 4" in answer.text


def test_what_each_account_gets_stays_as_they_said(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("120 for both every two weeks", Propose(each=usd(120), frequency="biweekly", debts="all"))
    answer = talk.write("30 to the gym and 90 to the clinic", Divide(shares=((1, usd(30)), (2, usd(90)))))
    assert "$120 every two weeks for both" in answer.text
    assert "$30 to Ironworks Fitness" in answer.text and "$90 to Cedar Valley Clinic" in answer.text


def test_a_small_sum_for_both_is_not_made_larger(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    party_id = talk.party_id
    with talk.session() as session:
        values = {"id": "har_1", "party_id": party_id, "message_id": "m", "told_at": talk.clock.now()}
        session.execute(terms.hardships.insert().values(**values))
    answer = talk.write("15 for both", Propose(each=usd(15), frequency="biweekly", debts="all"))
    with talk.session() as session:
        offers = list(session.execute(sa.select(terms.offers.c.offer)).scalars())
    assert sum(offer["schedule"][0]["amount"]["minor"] for offer in offers) == 1500, answer.text
    answer = talk.write("five to the gym and ten to the clinic", Divide(shares=((1, usd(5)), (2, usd(10)))))
    assert "$5 every two weeks" in answer.text and "$10 every two weeks" in answer.text


def test_a_share_that_is_changed_leaves_the_other_as_it_was(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("20 to the gym and 50 to the clinic", Divide(shares=((1, usd(20)), (2, usd(50)))))
    answer = talk.write("make the clinic 35", Divide(shares=((2, usd(35)),)))
    assert "$20" in answer.text and "$35" in answer.text and "$55" in answer.text


def test_who_pays_one_only_gets_one_link(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("20 to the gym and 50 to the clinic", Divide(shares=((1, usd(20)), (2, usd(50)))))
    answer = talk.write("just the clinic 50 now", Divide(shares=((2, usd(50)),), only=True))
    assert "$50" in answer.text and "$20" not in answer.text
    assert answer.text.count("$") == 1 or "gym" not in answer.text.lower()


def test_what_is_wished_for_one_and_not_for_the_other_is_the_only_share(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("20 to the gym and 50 to the clinic", Divide(shares=((1, usd(20)), (2, usd(50)))))
    answer = talk.write("only 40 to the clinic", Propose(each=usd(40), debts=(2,), left_out=(1,)))
    assert "$40" in answer.text and "$20" not in answer.text and "$30" not in answer.text


def test_the_one_after_is_one_payment_later_than_what_was_read(begin: Begin) -> None:
    talk = begin(known=True)
    assert "Friday, November 20" in talk.write("40 every other friday", PER_WEEK).text
    assert "Friday, December 4" in talk.write("not this one, the next", Propose(one_later=True)).text
