"""Plain questions that people ask before they agree, of the record and of us: each answered, in both languages, whether
or not we know who asks, and what was open comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import yaml

from bot import contact
from bot.contact import segments
from bot.contact.store import files
from bot.dialogue.meaning import jargon
from bot.dialogue.meaning.acts import Accept, AskAbout, Identify, Pay, Plain, Propose, Refuse
from bot.dialogue.meaning.acts_json import as_json
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import DebtKnown, Scene
from bot.dialogue.state import State
from bot.payments import mandate_store
from bot.payments import store as payments
from bot.web import act_words
from tests.dialogue.acting import ERIN, ROCIO, STRANGER, Talk, usd
from tests.dialogue.conftest import Begin


@dataclass(frozen=True)
class Told:
    """A word of the answer in English and in Spanish; and of the one to somebody unknown, where they get one."""

    english: str
    spanish: str
    to_anybody: str = ""


ANSWERS = {
    "least": Told("lowest plan I list: $51.04 a month", "más bajo"),
    "longest": Told("12 payments", "12 cuotas"),
    "first_day": Told("Nothing is due today", "Hoy no tiene que pagar", "You choose the first day"),
    "posting": Told("end of its last day", "feriados", "end of its last day"),
    "receipt": Told("its receipt", "su recibo", "its receipt"),
    "after_paid": Told("reminders about it end", "terminan los avisos", "reminders about it end"),
    "home": Told("without a judge", "sin un juez", "without a judge"),
    "benefits": Told("Federal law protects", "La ley protege", "Federal law protects"),
    "bank": Told("can't reach your bank", "No tengo acceso", "can't reach your bank"),
    "taxes": Told("1099-C", "1099-C", "1099-C"),
    "owner": Told("belongs to Northwind", "es de Northwind"),
    "since": Told("opened May 13, 2023", "13 de mayo de 2023"),
    "reference": Told("ends in 1000", "termina en 1000"),
    "combine": Told("one account in your name", "una sola cuenta"),
    "which_first": Told("one account in your name", "una sola cuenta"),
    "call": Told("+1 555 010 0199", "+1 555 010 0199", "+1 555 010 0199"),
    "private": Told("can read it", "lo puede leer", "can read it"),
    "insurance": Told("Shall I ask them", "¿Le pido que", "say AGENT"),
    "assistance": Told("Call 211", "Llame al 211", "Call 211"),
    "why_now": Told("with us since November 18, 2026", "desde el 18 de noviembre", "3 messages in 7 days"),
    "received": Told("no photo, paper or dispute", "no veo fotos"),
    "meaning": Told("Tell me the word", "Dígame la palabra", "Tell me the word"),
    "proof": Told("I know it's you", "Ya sé que es usted", "no reference is needed"),
}
SIXTY = Propose(each=usd(60), frequency="monthly")


def spanish(talk: Talk) -> None:
    here = talk.conversation.id
    with talk.session() as session:
        contact.set_language(session, here, "es")


def bare(text: str) -> str:
    """An SMS leaves out accents that would cost a third part."""
    return text.translate(str.maketrans("áíóúÁÍÓÚ", "aiouAIOU"))


def sms(text: str) -> int:
    return segments.count(segments.fitted(text))


@pytest.mark.parametrize("about", sorted(ANSWERS))
def test_a_question_is_answered_in_both_languages_and_what_is_open_comes_back(begin: Begin, about: str) -> None:
    talk = begin(known=True)
    talk.write("60 a month", SIXTY)
    answer = talk.write("and this?", AskAbout(about=about))
    wanted = ANSWERS[about].english if about != "insurance" else "say AGENT"
    wanted = "It's an offer" if about == "meaning" else wanted
    assert wanted in answer.text and answer.responses[-1] == "utter_negotiation_ask_accept_terms"
    assert talk.asked == "accept" and sms(answer.text) <= 2 and not talk.agreed()
    spanish(talk)
    talk.remember(_closed(talk))
    told = talk.write("¿y esto?", AskAbout(about=about)).text
    assert bare(ANSWERS[about].spanish) in bare(told) and sms(told) <= 2


def _closed(talk: Talk) -> State:
    """As if nothing had been asked or said."""
    state = talk.state
    state.question, state.responses = None, []
    return state


@pytest.mark.parametrize("about", sorted(ANSWERS))
def test_who_is_not_known_hears_what_is_so_for_everybody_and_is_asked_who_they_are(begin: Begin, about: str) -> None:
    talk = begin()
    answer = talk.write("and this?", AskAbout(about=about))
    assert ANSWERS[about].to_anybody in answer.text and talk.asked == "identity"
    assert "$" not in answer.text and "1000" not in answer.text
    if not ANSWERS[about].to_anybody:
        assert answer.responses == ("utter_identity_ask_wanted",)
        assert ANSWERS[about].english in talk.known().text


def test_every_question_that_is_answered_has_its_words_for_managers() -> None:
    assert {f"ask_about:{about}" for about in ANSWERS} <= act_words.load().keys()


def test_the_lowest_plan_is_the_one_that_the_choices_list(begin: Begin) -> None:
    talk = begin(known=True)
    choices = talk.write("what are my choices", "ask_options").text
    talk.remember(_closed(talk))
    least = talk.write("whats the least", AskAbout(about="least"))
    assert "$51.04 a month, 12 payments" in choices and "$51.04 a month, 12 payments" in least.text
    assert talk.asked == "terms"
    assert "That works: $55 a month" in talk.write("then 55 a month", Propose(each=usd(55), frequency="monthly")).text


def test_the_latest_first_day_is_one_that_is_taken(begin: Begin) -> None:
    talk = begin(known=True)
    told = talk.write("when would i start", AskAbout(about="first_day")).text
    assert "Monday, January 4, 2027" in told
    later = talk.write("60 from jan 6", Propose(each=usd(60), frequency="monthly", first=date(2027, 1, 6)))
    assert "The first payment can be on Monday, January 4, 2027 at" in later.text
    other = begin(ROCIO, known=True)
    other.write("60 from jan 4", Propose(each=usd(60), frequency="monthly", first=date(2027, 1, 4)))
    assert "lunes 4 de enero" in bare(other.write("y desde cuando", AskAbout(about="first_day")).text)


def test_of_several_accounts_they_hear_which_is_smallest_and_that_one_link_pays_both(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.remember(_closed(talk))
    assert "gym account with Ironworks Fitness, $171.48" in talk.write("which 1st", AskAbout(about="which_first")).text
    assert "One link can pay several" in talk.write("both in one?", AskAbout(about="combine")).text
    both = talk.write("how old are they", AskAbout(about="since")).text
    assert "Ironworks Fitness, ending 7470" in both and "Cedar Valley Clinic, ending 3235" in both and sms(both) <= 2
    only = talk.write("how old is the gym one", AskAbout(about="since", debts=(1,))).text
    assert "Ironworks" in only and "Cedar" not in only


def test_what_is_on_hold_is_neither_the_first_nor_in_one_payment(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("the gym is not mine", Plain(name="not_my_debt", debts=(1,)))
    talk.remember(_closed(talk))
    for about in ("which_first", "combine"):
        answer = talk.write(f"{about}?", AskAbout(about=about)).text
        assert "only your medical account with Cedar Valley Clinic" in answer
    least = talk.write("whats the least", AskAbout(about="least")).text
    assert "24 payments" in least and "Ironworks" not in least


def test_under_a_hold_nothing_is_offered_to_who_asks_how_little(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("not mine", "not_my_debt")
    for about in ("least", "longest", "first_day"):
        answer = talk.write(f"{about}?", AskAbout(about=about)).text
        assert "on hold" in answer and "$" not in answer


@pytest.mark.parametrize("about", ["least", "longest", "first_day"])
def test_of_a_plan_that_runs_they_hear_its_own_days(begin: Begin, about: str) -> None:
    talk = begin(known=True)
    talk.write("60 a month", SIXTY)
    talk.write("yes", Accept())
    assert "$60" in talk.write("and now?", AskAbout(about=about)).text


def test_what_came_from_them_is_told_by_its_number(begin: Begin) -> None:
    talk = begin()
    talk.write("this isnt mine", "not_my_debt")
    before = talk.write("did you get it", AskAbout(about="received")).text
    assert "number D-1" in before and "November 18, 2026" in before
    assert "number D-1" in talk.write("and did you get it", AskAbout(about="received"), talk.person.proof).text


def test_what_they_sent_here_is_told_and_what_did_not_come_through(begin: Begin) -> None:
    talk = begin(known=True)
    here = talk.conversation.id
    row = {"conversation_id": here, "message_id": "m", "source": "x", "kind": "", "ending": "", "size": 0, "digest": "",
           "about": "", "why": "", "attempts": 0, "not_before": talk.clock.now(), "received_at": talk.clock.now()}  # fmt: skip
    with talk.session() as session:
        session.execute(files.insert().values(id="f1", place=0, sort="picture", state="kept", **row))
        session.execute(files.insert().values(id="f2", place=1, sort="document", state="refused", **row))
    answer = talk.write("did u get my picture", AskAbout(about="received"))
    assert answer.responses[:2] == ("utter_questions_received_files", "utter_questions_received_lost")
    assert "November 18, 2026" in answer.text


def test_who_switched_on_automatic_payments_hears_from_where_they_are_taken(begin: Begin) -> None:
    talk = begin(known=True)
    here, party, now = talk.conversation.id, talk.party_id, talk.clock.now()
    with talk.session() as session:
        session.execute(mandate_store.mandates.insert().values(
            id="man", party_id=party, debt_id="d", agreement_id="a", conversation_id=here, language="en", version="1",
            text="t", sha256="s", channel="sms", network="n", most_minor=100, currency="USD", given_at=now,
            session_over=True, customer_id="c", method_id="pm", method_kind="card", brand="visa", last4="4242", saved_at=now,
        ))  # fmt: skip
    answer = talk.write("can u take it out of my bank", AskAbout(about="bank")).text
    assert "from your card ending 4242" in answer and "you can stop them" in answer


def test_a_person_is_offered_once_for_insurance_and_hears_what_was_asked(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("can you bill medicaid", AskAbout(about="insurance"))
    assert talk.asked == "person"
    talk.write("yes", Accept())
    case = talk.case()
    assert case is not None and "can you bill medicaid" in str(case.summary)
    again = talk.write("and the va", AskAbout(about="insurance")).responses
    assert "utter_questions_insurance_noted" in again
    other = begin(ERIN, known=True)
    other.write("can you bill medicaid", AskAbout(about="insurance"))
    other.write("no", Refuse())
    assert other.case() is None


def test_a_word_of_ours_is_explained_where_they_name_it_or_where_we_said_it(begin: Begin) -> None:
    talk = begin(known=True)
    assert "paying less" in talk.write("whats a settlement", AskAbout(about="meaning", terms=("settlement",))).text
    talk.write("not mine", "not_my_debt")
    talk.write("is it held", "ask_balance")
    assert "nothing is asked of you" in talk.write("what does that mean", AskAbout(about="meaning")).text


def test_every_word_that_is_looked_up_has_its_meaning_in_both_languages() -> None:
    texts = contact.texts.load()
    listed = yaml.safe_load(jargon.PHRASES.read_text(encoding="utf-8"))
    assert [name for name in listed if set(texts[f"utter_meaning_{name}"].texts) != {"en", "es"}] == []
    assert all(set(words) == {"en", "es"} for words in listed.values())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("what is a Settlement??", ("settlement",)),
        ("que quiere decir cuota", ("instalment",)),
        ("whats that validation notice and the itemization", ("validation", "itemisation")),
        ("what does that last part mean", ()),
        ("i sold the settlements of a holder", ()),
    ],
)
def test_words_of_ours_are_found_wherever_they_stand(text: str, names: tuple[str, ...]) -> None:
    assert jargon.named(text) == names


def test_a_question_carries_the_account_and_the_words_that_it_names() -> None:
    scene = Scene(now=datetime.fromisoformat("2026-11-23T10:00:00-06:00"), debts=(
        DebtKnown("Ironworks Fitness", "gym", usd(171.48), ("gym",)),
        DebtKnown("Cedar Valley Clinic", "medical", usd(1515.99), ("clinic",)),
    ))  # fmt: skip
    asked = {"how old is the gym one": "since", "what does settlement mean, the gym said it": "meaning"}
    acts = [act_for(f"ask_about:{about}", Heard(text=text, likely={}), scene) for text, about in asked.items()]
    assert acts == [AskAbout(about="since", debts=(1,)), AskAbout(about="meaning", terms=("settlement",))]


def test_what_a_question_names_beside_its_subject_is_for_the_answer_only() -> None:
    act = AskAbout(about="since", debts=(1,), terms=("hold",))
    assert as_json(act) == {"act": "ask_about", "about": "since"}


def test_without_a_reference_they_hear_of_the_phone_and_a_code(begin: Begin) -> None:
    talk = begin(STRANGER)
    talk.write("hi", "greet")
    assert "text it a code" in talk.write("i have no reference number", AskAbout(about="proof")).text
    talk.write("no", "cannot_say")
    talk.write("its 5550100001", Identify(phone="+15550100001"))
    assert "6-digit code" in talk.write("what else do you need", AskAbout(about="proof")).text


SEVERAL = (AskAbout(about="home"), AskAbout(about="benefits"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_two_questions_are_answered_beside_each_other_in_two_sms(begin: Begin, language: str) -> None:
    talk = begin(known=True)
    talk.write("60 a month", SIXTY)
    if language == "es":
        spanish(talk)
    answer = talk.write("my house? my ssi?", *SEVERAL)
    assert answer.responses[:2] == ("utter_questions_home", "utter_questions_benefits")
    assert sms(answer.text) <= 2 and talk.asked == "accept"
    talk.write("ok yes", Accept())
    assert len(talk.agreed()) == 1


def test_short_answers_leave_room_for_what_is_open(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", SIXTY)
    answer = talk.write("jail? and a receipt?", AskAbout(about="jail"), AskAbout(about="receipt"))
    assert answer.responses[-1] == "utter_negotiation_ask_accept_terms" and sms(answer.text) <= 2



def test_on_a_page_all_of_them_stand(begin: Begin) -> None:
    talk = begin(channel="web")
    answer = talk.write("house, ssi, taxes?", *SEVERAL, AskAbout(about="taxes"))
    assert {"utter_questions_home", "utter_questions_benefits", "utter_questions_taxes"} <= set(answer.responses)


def test_who_is_not_known_gets_two_answers_and_who_we_are_in_two_sms(begin: Begin) -> None:
    talk = begin()
    answer = talk.write("my house? a receipt?", AskAbout(about="home"), AskAbout(about="receipt"))
    assert answer.responses[:2] == ("utter_questions_home", "utter_questions_receipt")
    assert "automated assistant" in answer.text and sms(answer.text) <= 2
    assert "date of birth" in talk.write("what do i owe", "ask_balance").text


def test_what_only_they_may_hear_waits_beside_what_everybody_may(begin: Begin) -> None:
    talk = begin()
    answer = talk.write("jail? how old is it?", AskAbout(about="jail"), AskAbout(about="since"))
    assert "utter_questions_jail" in answer.responses and "date of birth" in answer.text
    assert "opened May 13, 2023" in talk.known().text


def test_a_link_is_good_until_the_end_of_its_last_day(begin: Begin) -> None:
    talk = begin(known=True)
    assert "Wednesday, November 25" in talk.write("40 now", Pay(what=usd(40))).text
    with talk.session() as session:
        (last,) = session.execute(sa.select(payments.payment_requests.c.valid_until)).scalars()
    assert str(last.astimezone(ZoneInfo("America/New_York")))[:16] == "2026-11-25 23:59"
