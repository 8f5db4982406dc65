"""No card, bank or social-security number is stored, however it is written; an invoice number is left alone."""

from __future__ import annotations

import os
import random
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core
from bot.contact import Incoming, masking, sanitize
from bot.contact.store import inbox
from tests.contact import random_cards
from tests.examples import each

TABLE = Path(__file__).with_name("disguises.txt")


def rows() -> list[tuple[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if "  =>  " in line]
    return [(_read(typed), _read(kept)) for typed, _, kept in (line.partition("  =>  ") for line in lines)]


def _read(text: str) -> str:
    plain = text.replace("\\n", "\n").replace("\\t", "\t")
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), plain)


def test_the_table_has_at_least_150_rows() -> None:
    assert len(rows()) >= 150


@each(("typed", "kept"), rows())
def test_a_disguise_is_seen_through(typed: str, kept: str) -> None:
    assert sanitize.clean(typed) == kept
    assert sanitize.clean(kept) == kept


def _missed(count: int, seed: int) -> list[str]:
    at, missed = random.Random(seed), []
    for _ in range(count):
        number = random_cards.card(at)
        typed = random_cards.disguised(number, at)
        kept = sanitize.clean(typed)
        if masking.CARD not in kept or len(re.findall(r"\d", kept)) > 4:
            missed.append(f"{typed!r} -> {kept!r}")
    return missed


def test_a_hundred_random_disguises_are_seen_through() -> None:
    assert _missed(100, seed=2026) == []


@pytest.mark.soak
def test_ten_thousand_random_disguises_are_seen_through() -> None:
    seed = int(os.environ.get("PARLEY_SEED", "0")) or random.SystemRandom().randrange(10**9)
    missed = _missed(10_000, seed)
    assert missed == [], f"seed {seed}"


def test_a_thousand_invoice_and_reference_numbers_stay() -> None:
    at = random.Random(2026)
    written = [random_cards.reference(at) for _ in range(1000)]
    assert [text for text in written if sanitize.clean(text) != text.lstrip("/")] == []


def receive(engine: Engine, now: datetime, *texts: str, address: str = "+1555", every: int = 20) -> list[str]:
    """What is stored of messages that come one after the other; `every` in seconds."""
    for number, text in enumerate(texts):
        with core.transaction(engine) as session:
            incoming = Incoming("sms", address, f"{address}-{now.timestamp()}-{number}", text)
            contact.receive(session, incoming, now + timedelta(seconds=every * number))
    with core.reading(engine) as session:
        return list(session.execute(sa.select(inbox.c.text).order_by(inbox.c.number)).scalars())


def test_a_card_in_two_messages_is_taken_out_of_both(engine: Engine, now: datetime) -> None:
    assert receive(engine, now, "it is 4242 4242", "4242 4242 12/27 123", "did you get it?") == [
        f"it is {masking.CARD}", f"{masking.CARD} [removed] [removed]", "did you get it?",
    ]  # fmt: skip


def test_a_card_in_four_messages_is_taken_out_of_all(engine: Engine, now: datetime) -> None:
    assert receive(engine, now, "4242", "4242", "4242", "4242") == [masking.CARD] * 4


def test_the_expiry_and_the_code_in_the_message_after_the_card_are_taken_out(engine: Engine, now: datetime) -> None:
    assert receive(engine, now, "4242 4242 4242 4242", "12/27 123") == [masking.CARD, "[removed]"]
    assert receive(engine, now, "12/27 123", address="+1666")[-1] == "12/27 123"


def test_a_card_its_expiry_and_its_code_in_three_messages_are_taken_out_of_all(engine: Engine, now: datetime) -> None:
    assert receive(engine, now, "4242 4242 4242 4242", "12/27", "123") == [masking.CARD, "[removed]", "[removed]"]
    assert receive(engine, now, "12/27", "123", address="+1666")[-2:] == ["12/27", "123"]


def test_a_day_and_an_amount_after_a_card_stay(engine: Engine, now: datetime) -> None:
    said = ("my card is 4242 4242 4242 4242, can i pay on", "12/27", "150 then")
    assert receive(engine, now, *said)[1:] == ["12/27", "150 then"]


def test_half_a_card_of_one_person_and_half_of_another_are_two_matters(engine: Engine, now: datetime) -> None:
    receive(engine, now, "4242 4242")
    assert receive(engine, now, "4242 4242", address="+1666") == ["4242 4242", "4242 4242"]


def test_numbers_an_hour_apart_are_not_put_together(engine: Engine, now: datetime) -> None:
    assert receive(engine, now, "4242 4242", "4242 4242", every=3600) == ["4242 4242", "4242 4242"]


def test_a_repeat_takes_nothing_out_of_what_came_before_it(engine: Engine, now: datetime) -> None:
    """The second half comes again after something else: it was stored, and nothing is read anew."""
    stored = receive(engine, now, "4242 4242", "4242 4242")
    assert receive(engine, now, "4242 4242", "4242 4242") == stored


@pytest.mark.parametrize(
    ("ours", "kept"), [("utter_identity_code_sent", "424242"), ("utter_dialogue_thanks", masking.CARD)]
)
def test_six_digits_behind_a_telephone_number_stay_where_we_asked_for_a_code(
    engine: Engine, now: datetime, ours: str, kept: str
) -> None:
    receive(engine, now, "424 242 4242")
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+1555", now)
        says = contact.Say(ours, "A line of ours.", audience="anyone", tag="handoff")
        contact.send(session, talk, [says], contact.Sending("k", reply_to="in_1"), now)
    assert receive(engine, now + timedelta(seconds=40), "424242")[-1] == kept


def test_a_number_at_the_end_of_a_long_message_is_not_cut_into_one_that_passes() -> None:
    kept = sanitize.clean("x" * (sanitize.MAX_CHARACTERS - 8) + " 4242424242424242")
    assert "4" not in kept and sanitize.clean(kept) == kept
