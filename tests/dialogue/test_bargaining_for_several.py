"""Bargaining about several debts as one: what we said possible stays possible, and a figure near it means it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import msgspec
import pytest

from bot import negotiation
from bot.contact import samples
from bot.dialogue.meaning.acts import Accept, Propose, Refuse
from bot.negotiation import Kind, store
from tests.dialogue.acting import ERIN, MARIA, Answer, Talk, meant, usd
from tests.dialogue.conftest import Begin
from tests.examples import many

TOO_LITTLE = Propose(each=usd(20), frequency="biweekly", weekday="wednesday", first=date(2026, 12, 2), debts="all")
"""Of two debts, the gym and the clinic: policy takes more."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PACES = ("weekly", "biweekly", "semimonthly", "monthly")


def offered(talk: Talk) -> list[negotiation.Offer]:
    """What was answered last: an offer for each debt."""
    with talk.session() as session:
        rows = session.execute(store.offers.select().order_by(store.offers.c.made_at, store.offers.c.id)).all()
    return [msgspec.convert(row.offer, negotiation.Offer) for row in rows if row.made_at == rows[-1].made_at]


def least(talk: Talk) -> int:
    return sum(one.regular.minor for one in offered(talk) if one.regular is not None and one.kind is not Kind.PROMISE)


@pytest.mark.parametrize("seed", range(many(6)))
def test_the_least_that_is_said_possible_never_rises_and_what_was_offered_is_never_refused(
    seed: int, begin: Begin
) -> None:
    chance, talk = Random(seed), begin(ERIN, known=True)
    lowest: dict[str, int] = {}
    for number in range(9):
        pace = chance.choice(PACES)
        named = chance.choice(
            (chance.randint(100, 9_000), lowest.get(pace, 4_000), lowest.get(pace, 4_000) // 100 * 100)
        )
        day = date(2026, 11, 25) + timedelta(days=chance.randint(0, 30))
        weekday = chance.choice((None, *DAYS)) if pace in PACES[:2] else None
        wish = Propose(each=usd(named / 100), frequency=pace, first=day, weekday=weekday, debts="all")  # type: ignore[arg-type]
        answer = talk.write(f"{named} {pace} {number}", wish)
        is_refused = "utter_negotiation_countered" in answer.responses
        if pace in lowest and named >= lowest[pace] // 100 * 100:
            assert not is_refused, answer.text
        if is_refused:
            assert least(talk) <= lowest.get(pace, least(talk))
            lowest[pace] = least(talk)
            same_year = {"weekly": 52, "biweekly": 26, "semimonthly": 24, "monthly": 12}
            for other, low in lowest.items():  # nor in another rhythm, but for odd cents
                assert abs(low * same_year[other] - lowest[pace] * same_year[pace]) < 2 * 2 * 52
        if answer.responses[-1] in ("utter_negotiation_limit_person", "utter_negotiation_no_room"):
            return


def counter(begin: Begin) -> tuple[Talk, int, Answer]:
    talk = begin(ERIN, known=True)
    answer = talk.write("20 every two weeks for both", TOO_LITTLE)
    assert answer.responses == ("utter_negotiation_countered",)
    return talk, least(talk), answer


def test_a_higher_bid_that_is_too_low_as_well_hears_no_higher_least(begin: Begin) -> None:
    talk, before, _ = counter(begin)
    talk.write("30", Propose(each=usd(30)))
    again = talk.write("35, fridays", Propose(each=usd(35), weekday="friday"))
    assert least(talk) <= before, again.text


@pytest.mark.parametrize("rhythm", [None, "biweekly"])
def test_the_offer_without_its_cents_is_the_offer_on_their_weekday(rhythm: str | None, begin: Begin) -> None:
    talk, before, _ = counter(begin)
    rounded = usd(before // 100)
    assert rounded.minor < before
    answer = talk.write("that one, but fridays", Propose(each=rounded, weekday="friday", frequency=rhythm))  # type: ignore[arg-type]
    assert answer.responses == ("utter_negotiation_read_back",)
    assert f"${before / 100:.2f} every two weeks for both from Friday, December" in answer.text


def test_the_offer_without_its_cents_stays_that_offer_when_others_came_after_it(begin: Begin) -> None:
    talk, before, _ = counter(begin)
    talk.write("90 then, no", Propose(each=usd(90)))
    answer = talk.write("give me the first one", Propose(each=usd(before // 100), frequency="biweekly"))
    assert answer.responses == ("utter_negotiation_read_back",) and least(talk) == before


def test_from_another_way_they_come_back_to_the_plan_in_the_rhythm_that_they_had_named(begin: Begin) -> None:
    talk, before, _ = counter(begin)
    assert "utter_negotiation_countered_again" in talk.write("25", Propose(each=usd(25))).responses
    back = Propose(each=usd(before // 100), weekday="friday", first=date(2026, 12, 18))
    answer = talk.write("the first one then, on fridays from the 18th", back)
    assert answer.responses == ("utter_negotiation_read_back",)
    assert f"${before / 100:.2f} every two weeks for both from Friday, December 18" in answer.text


def test_a_figure_that_nobody_offered_is_no_offer_of_ours(begin: Begin) -> None:
    talk, before, _ = counter(begin)
    answer = talk.write("a dollar less", Propose(each=usd(before // 100 - 1)))
    assert "utter_negotiation_read_back" not in answer.responses


def test_for_one_debt_too_the_offer_without_its_cents_is_the_offer(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    assert "$51.04" in talk.write("20 a month", Propose(each=usd(20), frequency="monthly")).text
    answer = talk.write("51 on the 5th is fine i guess, yes from december", Propose(each=usd(51), days_of_month=(5,)))
    assert answer.responses == ("utter_negotiation_read_back",) and "$51.04 a month from" in answer.text


def test_a_total_beside_a_rhythm_for_both_is_what_they_pay_each_time(begin: Begin) -> None:
    talk, _, _ = counter(begin)
    answer = talk.write("60 total", Propose(total=usd(60)))
    assert "$60 every two weeks for both" in answer.text


def test_who_names_again_what_is_too_little_gets_another_way_with_their_figure(begin: Begin) -> None:
    talk, before, _ = counter(begin)
    answer = talk.write("i can only 20", Propose(each=usd(20)))
    assert answer.responses == ("utter_negotiation_countered_again",)
    assert answer.text.startswith(f"$20 is under what I can set up; the smallest is ${before / 100:.2f}.")
    assert "Another way" in answer.text and "every two weeks" not in answer.text
    assert "utter_negotiation_limit_person" in talk.write("20, that is all", Propose(each=usd(20))).responses


def test_a_lower_figure_gets_another_way_as_well_and_yes_sets_that_up(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("20 a month", Propose(each=usd(20), frequency="monthly", first=date(2026, 12, 4)))
    answer = talk.write("no puedo, hasta 15", Propose(at_most=usd(15)))
    assert (
        answer.responses == ("utter_negotiation_countered_again",)
        and "you pay $15 by Friday, December 4" in answer.text
    )
    talk.write("yes", Accept())
    assert [one.kind for one in talk.agreed()] == ["promise"]


def test_what_is_too_little_again_with_another_figure_is_offered_a_person(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    figures = [Propose(each=usd(one), frequency="monthly") for one in (10, 12, 15, 18)]
    heard = [talk.write(f"{one.each} a month", one).responses[-1] for one in figures]
    assert heard == [f"utter_negotiation_{one}" for one in ("countered", "countered_again", "limit_person", "no_room")]


def test_where_policy_has_no_other_way_a_person_comes_in_its_place(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    five = Propose(each=usd(5), frequency="monthly")
    talk.write("five a month", five)
    talk.write("no", Refuse())
    assert talk.write("five", five).responses == ("utter_negotiation_limit_person",)


def test_the_offer_that_waits_is_not_read_whole_twice_in_a_row(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    wish = Propose(each=usd(100), frequency="biweekly", first=date(2026, 12, 11), debts="all")
    first = talk.write("100 every two weeks from dec 11 for both", wish)
    again = talk.write("like i said, 100 every 2 weeks", wish)
    assert first.responses == ("utter_negotiation_read_back",) and len(again.text) < len(first.text) / 2
    assert "utter_negotiation_agreed" in talk.write("yes", Accept()).responses[0].replace("several_", "")


def test_a_figure_that_is_named_once_more_comes_back_in_few_words(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    wish = Propose(each=usd(60), frequency="monthly")
    talk.write("60 a month", wish)
    again = talk.write("60 a month like i said", wish)
    assert again.text == "This still stands: $60 a month, 11 payments, $612.40 in all. Shall I set it up?"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("pace", PACES)
def test_a_counter_offer_for_both_fits_two_sms_in_short_sentences(language: str, pace: str, begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    wish = Propose(each=usd(9), frequency=pace, first=date(2026, 12, 16), debts="all")  # type: ignore[arg-type]
    talk.talker.means["nueve"] = meant(wish, words="nueve", language=language, sure=1.0)
    text = talk.write("nueve").text
    assert ("Puedo hacer esto" in text) == (language == "es")
    assert "$9" in text and samples.segments(text) <= 2, text
    assert max(len(one.split()) for one in text.replace("? ", ". ").split(". ")) <= 20, text
