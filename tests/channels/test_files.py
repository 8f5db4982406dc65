"""A photo of a receipt, from the phone to the dispute that it belongs to, on every channel that brings one."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot import core
from bot.contact import files
from tests.channels.living import Parley
from tests.dialogue.acting import MARIA

PHOTO = {"whatsapp": {"media": ["image/jpeg"]}, "sms": {"media": ["image/png"]}, "telegram": {"media": "photo"}}


def known(live: Parley, channel: str) -> None:
    live.ask(channel, "hi", "greet")
    live.ask(channel, "4/12/1985 30318 NW-1000", MARIA.proof)


def all_files(live: Parley) -> list[files.File]:
    [(talk,)] = live.rows("SELECT id FROM conversations")
    with core.reading(live.database) as session:
        return list(files.of_conversation(session, talk))


def content(live: Parley, one: files.File) -> bytes:
    with core.reading(live.database) as session:
        found = files.content(session, one.id)
    assert found is not None
    return found


@pytest.mark.parametrize("channel", PHOTO)
def test_a_photo_goes_to_the_open_dispute_and_they_hear_where_it_went(live: Parley, channel: str) -> None:
    known(live, channel)
    live.ask(channel, "i paid this already", "already_paid")
    live.act(channel, PHOTO[channel])
    assert "with D-" in live.hear(channel)
    [one] = all_files(live)
    assert (one.state, one.kind) == ("kept", "image/jpeg") and one.about.startswith("D-")
    assert not Image.open(io.BytesIO(content(live, one))).getexif()  # no place in it


def test_where_nothing_is_disputed_a_colleague_gets_it(live: Parley) -> None:
    known(live, "whatsapp")
    live.act("whatsapp", PHOTO["whatsapp"])
    assert "a colleague will look" in live.hear("whatsapp")
    assert [one.about for one in all_files(live)] == [""]
    assert live.rows("SELECT count(*) FROM cases") == [(1,)]


def test_a_payment_that_somebody_looks_for_gets_its_receipt(live: Parley) -> None:
    known(live, "sms")
    live.ask("sms", "your link took my money twice", "payment_problem")
    live.act("sms", PHOTO["sms"])
    assert "with the payment" in live.hear("sms")
    assert all_files(live)[0].about.startswith("payment:")


def test_words_beside_a_photo_are_answered_too(live: Parley) -> None:
    known(live, "sms")
    live.means("i paid this already, look", "already_paid")
    live.act("sms", {"text": "i paid this already, look", "media": ["image/jpeg"]})
    heard = live.hear("sms")
    assert "with D-" in heard and "trace your payment" in heard
    assert all_files(live)[0].about.startswith("D-")


def test_what_is_no_picture_is_not_kept_and_they_hear_it(live: Parley) -> None:
    known(live, "whatsapp")
    live.act("whatsapp", {"media": ["application/x-msdownload"]})
    assert "couldn't open" in live.hear("whatsapp")
    assert [(one.state, one.why) for one in all_files(live)] == [("refused", "unknown")]


@pytest.mark.parametrize(("channel", "act"), [("telegram", {"media": "sticker"}), ("whatsapp", {"media": ["image/webp"]})])
def test_a_sticker_gets_a_kind_word_and_nobody_is_called(live: Parley, channel: str, act: dict) -> None:
    known(live, channel)
    live.act(channel, act)
    assert "few words" in live.hear(channel)
    assert live.rows("SELECT count(*) FROM cases") == [(0,)]


def test_a_voice_note_is_kept_for_a_person_to_hear(live: Parley) -> None:
    known(live, "telegram")
    live.act("telegram", {"media": "voice"})
    assert "voice note" in live.hear("telegram")
    assert [(one.state, one.kind) for one in all_files(live)] == [("kept", "audio/ogg")]


def test_a_provider_that_does_not_answer_is_asked_again(live: Parley) -> None:
    known(live, "whatsapp")
    live.fault(providers=["twilio"], error={"times": 1, "status": 503, "calls": "media"})
    live.act("whatsapp", PHOTO["whatsapp"])
    assert [(one.state, one.attempts) for one in all_files(live)] == [("waiting", 1)]
    live.ask("whatsapp", "thanks", "thanks")  # forty seconds later
    assert [one.state for one in all_files(live)] == ["kept"]


def test_once_it_is_kept_twilio_has_it_no_more(live: Parley) -> None:
    known(live, "whatsapp")
    live.act("whatsapp", PHOTO["whatsapp"])
    kinds = live.sandbox.store.rows("select * from settings where name like 'media:%'")
    assert len(kinds) == 1 and '""' in str(tuple(kinds[0]))
