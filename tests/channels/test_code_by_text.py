"""A code that a stranger on a page asks for arrives on the phone that is on file, through the real Twilio SDK."""

from __future__ import annotations

from bot import contact
from bot.contact.store import outbox
from bot.core import reading, transaction
from bot.dialogue.meaning.acts import CannotSay, Identify
from bot.dialogue.nlu.typed_numbers import code_in
from tests.channels.living import Parley
from tests.dialogue.acting import MARIA, meant

PAGE = "visitor"
BORN = Identify(date_of_birth=MARIA.proof.date_of_birth, postcode=MARIA.proof.postcode)


def write(live: Parley, text: str, act: object) -> str:
    """On the page, and what stands there afterwards."""
    live.talker.means[text] = meant(act, words=text)  # type: ignore[arg-type]
    with transaction(live.database) as session:
        number = len(live.talker.heard)
        contact.receive(session, contact.Incoming("web", PAGE, f"w{number}", text), live.clock.now())
        talk = contact.open_conversation(session, "web", PAGE, live.clock.now())
    live.work()
    with reading(live.database) as session:
        return "\n".join(line.text for line in contact.said(session, talk.id, last=3))


def test_the_code_arrives_by_text_and_lets_them_in_on_the_page(live: Parley) -> None:
    write(live, "hi", "greet")
    write(live, "4/12/1985 30318", BORN)
    assert "phone number" in write(live, "i don't have it", CannotSay())
    assert "6-digit code" in write(live, "555-010-0001", Identify(phone=MARIA.phone))
    text = live.hear("sms")
    assert "your code is" in text and "Do not share it" in text and "owe" not in text
    code, _ = code_in(text)
    assert code is not None
    assert "$612.40" in write(live, f"it is {code}", Identify(code=code))
    with transaction(live.database) as session:
        contact.forget_codes(session, live.clock.now())
        kept = [row.text for row in session.execute(outbox.select())]
        typed = [line.text for line in contact.transcript(session, contact.open_conversation(
            session, "web", PAGE, live.clock.now()).id)]  # fmt: skip
    assert not any(code in one for one in (*kept, *typed))


def test_nothing_arrives_at_a_number_that_is_not_on_file_nor_after_stop(live: Parley) -> None:
    write(live, "hi", "greet")
    same = [write(live, f"number {n}", Identify(phone="+14045550177")) for n in (1,)]
    assert live.received("sms", "+14045550177") == []
    with transaction(live.database) as session:
        contact.opt_out(session, "sms", MARIA.phone, source="word", now=live.clock.now())
    other = write(live, "mine", Identify(phone=MARIA.phone))
    assert other.splitlines()[-1] == same[0].splitlines()[-1]
    assert live.received("sms") == []


def test_a_text_that_was_cut_off_is_not_lost_and_not_doubled(live: Parley) -> None:
    """The worker dies between claiming and sending: the next one sends the same code, once."""
    live.talker.means["mine"] = meant(Identify(phone=MARIA.phone), words="mine")
    write(live, "hi", "greet")
    with transaction(live.database) as session:
        contact.receive(session, contact.Incoming("web", PAGE, "w9", "mine"), live.clock.now())
    from datetime import timedelta

    from bot.dialogue import take_one

    while take_one(live.database, live.talker, live.settings, burst=timedelta(0)):
        pass
    with transaction(live.database) as session:
        (claimed,) = contact.outbox.claim_due(session, "a worker that dies", live.clock.now())
        (left,) = contact.outbox.held(session)
        assert left.id == claimed and contact.outbox.release(session, left)
    live.work()
    assert len(live.received("sms")) == 1
