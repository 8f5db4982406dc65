"""A code that is texted to the phone that we have: what it opens, for how long, and that nothing is learned by asking."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import contact, core, identity
from bot.contact.store import conversations, inbox, outbox
from bot.identity import Answers, Checks, CodeAsked, Incomplete, Locked, Matched, NoMoreCodes, NotMatched, WrongCode
from bot.identity.store import identity_codes

pytestmark = pytest.mark.postgres
SECRET = "a-secret-of-the-tests-that-is-long-enough"
WEB = Checks.on("web", SECRET)
PHONE, FOREIGN, BORN, ZIP = "+15550100001", "+14045550199", date(1985, 4, 12), "30318"
HOW = contact.Sending(key="code", company="Northwind")
MINUTE = timedelta(minutes=1)
RIGHT = Answers(BORN, ZIP)


@pytest.fixture
def maria(session: core.Session, now: datetime) -> contact.Conversation:
    """Her phone is on file; this is the chat that she opens in a browser."""
    identity.enrol(session, party_id="par_maria", date_of_birth=BORN, postcode=ZIP, reference="NW-1000", secret=SECRET)
    contact.add_address(session, party_id="par_maria", channel="sms", value=PHONE, basis="client_file", now=now)
    return web(session, now, "maria")


def web(session: core.Session, now: datetime, visitor: str, host: str = "198.51.100.7") -> contact.Conversation:
    talk = contact.open_conversation(session, "web", visitor, now)
    return contact.note_network(session, talk, identity.network(host, SECRET))


def ask(session: core.Session, talk: contact.Conversation, now: datetime, phone: str = PHONE) -> object:
    return identity.ask_code(session, talk, phone, HOW, now=now, checks=WEB)


def say(session: core.Session, talk: contact.Conversation, answers: Answers, now: datetime) -> identity.Outcome:
    return identity.challenge(session, talk, answers, now=now, checks=WEB)


def texted(session: core.Session) -> list[sa.engine.Row]:
    rows = session.execute(sa.select(outbox).where(outbox.c.sequence == "code").order_by(outbox.c.number))
    return [row for row in rows if row.state != "blocked"]


def code_of(session: core.Session) -> str:
    """As it stands in the newest text."""
    text = texted(session)[-1].text
    return next(word.strip(",.") for word in text.split() if word.strip(",.").isdigit() and len(word.strip(",.")) == 6)


def not_it(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


class TestWhatItOpens:
    def test_birthday_and_zip_are_enough_once_the_code_is_right(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        assert say(session, maria, RIGHT, now) == Incomplete(("reference",))
        assert ask(session, maria, now) == CodeAsked()
        outcome = say(session, maria, Answers(code=code_of(session)), now + MINUTE)
        assert isinstance(outcome, Matched) and outcome.verified.party_id == "par_maria"

    def test_the_code_alone_proves_no_person(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        assert say(session, maria, Answers(code=code_of(session)), now) == Incomplete(("date_of_birth", "postcode"))
        assert say(session, maria, Answers(BORN, "99999"), now) == NotMatched(2)
        assert identity.who(session, maria, now) is None
        assert isinstance(say(session, maria, RIGHT, now), Matched)

    def test_code_birthday_and_zip_may_come_together(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        assert isinstance(say(session, maria, Answers(BORN, ZIP, code=code_of(session)), now), Matched)

    def test_of_two_people_at_one_phone_each_gets_in_as_themselves(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        identity.enrol(session, party_id="par_bob", date_of_birth=date(1970, 1, 1), postcode=ZIP, reference="NW-2000",
                       secret=SECRET)  # fmt: skip
        contact.add_address(session, party_id="par_bob", channel="sms", value=PHONE, basis="client_file", now=now)
        ask(session, maria, now)
        outcome = say(session, maria, Answers(date(1970, 1, 1), ZIP, code=code_of(session)), now)
        assert isinstance(outcome, Matched) and outcome.verified.party_id == "par_bob"

    def test_in_another_conversation_it_opens_nothing(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        assert say(session, web(session, now, "another"), Answers(code=code_of(session)), now) == WrongCode(0)

    def test_after_an_hour_or_a_log_out_the_phone_is_not_known_any_more(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        say(session, maria, Answers(code=code_of(session)), now)
        assert identity.behind(session, maria, now + 59 * MINUTE) == ("par_maria",)
        assert identity.behind(session, maria, now + 61 * MINUTE) == ()
        identity.forget(session, maria.id, now)
        assert identity.behind(session, maria, now) == ()


class TestOnce:
    def test_a_code_is_used_once(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        ask(session, maria, now)
        say(session, maria, Answers(code=code_of(session)), now)
        assert say(session, maria, Answers(code=code_of(session)), now) == WrongCode(0)

    @pytest.mark.parametrize(("minutes", "is_good"), [(9.9, True), (10, False)])
    def test_it_is_good_for_ten_minutes(
        self, session: core.Session, maria: contact.Conversation, now: datetime, minutes: float, is_good: bool
    ) -> None:
        ask(session, maria, now)
        outcome = say(session, maria, Answers(code=code_of(session)), now + MINUTE * minutes)
        assert isinstance(outcome, Incomplete) is is_good

    @pytest.mark.parametrize(("tries", "is_good"), [(4, True), (5, False)])
    def test_five_wrong_tries_end_it(
        self, session: core.Session, maria: contact.Conversation, now: datetime, tries: int, is_good: bool
    ) -> None:
        ask(session, maria, now)
        code = code_of(session)
        left = [say(session, maria, Answers(code=not_it(code)), now) for _ in range(tries)]
        assert left == [WrongCode(4 - number) for number in range(tries)]
        assert isinstance(say(session, maria, Answers(code=code), now), Incomplete) is is_good

    def test_only_the_newest_counts(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        ask(session, maria, now)
        first = code_of(session)
        ask(session, maria, now + MINUTE)
        if first != code_of(session):
            assert say(session, maria, Answers(code=first), now + MINUTE) == WrongCode(4)
        assert isinstance(say(session, maria, Answers(code=code_of(session)), now + MINUTE), Incomplete)

    def test_a_wrong_code_keeps_what_was_said_beside_it(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        code = code_of(session)
        assert say(session, maria, Answers(BORN, ZIP, code=not_it(code)), now) == WrongCode(4)
        assert isinstance(say(session, maria, Answers(code=code), now), Matched)

    def test_who_is_locked_out_is_not_let_in_by_a_code(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        for _ in range(3):
            say(session, maria, Answers(date(1990, 1, 1), "10001", "NW-1000"), now)
        ask(session, maria, now)
        assert say(session, maria, Answers(BORN, ZIP, code=code_of(session)), now) == Locked()


class TestFloods:
    def test_a_conversation_asks_for_three_a_day(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        asked = [ask(session, maria, now + MINUTE * number) for number in range(4)]
        assert asked == [CodeAsked()] * 3 + [NoMoreCodes()]
        assert ask(session, maria, now + timedelta(days=1, minutes=4)) == CodeAsked()

    def test_a_network_asks_for_ten_a_day(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        asked = [ask(session, web(session, now, f"v{n}"), now, f"+1404555{n:04}") for n in range(11)]
        assert asked == [CodeAsked()] * 10 + [NoMoreCodes()]

    def test_a_phone_gets_three_a_day_whoever_asks_and_they_all_hear_the_same(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        asked = [ask(session, web(session, now, f"v{n}", f"203.0.{n}.9"), now) for n in range(9)]
        assert asked == [CodeAsked()] * 9
        assert len(texted(session)) == 3


def _told(session: core.Session, phone: str, now: datetime, tries: list[str]) -> list[object]:
    talk = web(session, now, f"asks {phone}")
    told: list[object] = [ask(session, talk, now, phone)]
    told += [say(session, talk, Answers(code=one), now) for one in tries]
    return [*told, ask(session, talk, now, phone), say(session, talk, Answers(BORN, ZIP), now)]


@pytest.mark.parametrize("what", ["opted out", "ceased", "crowded", "unknown"])
def test_every_number_is_answered_alike(
    session: core.Session, maria: contact.Conversation, now: datetime, what: str
) -> None:
    """Whatever is typed instead of the code, and whatever stands behind the number."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.text("0123456789", min_size=6, max_size=6), max_size=7))
    def alike(tries: list[str]) -> None:
        place = session.begin_nested()
        try:
            known = _told(session, PHONE, now, [])
            sent = [row.text for row in texted(session)]
            tries = [one for one in tries if not any(one in text for text in sent)]
            place.rollback()
            place = session.begin_nested()
            known = _told(session, PHONE, now, tries)
            place.rollback()
            place = session.begin_nested()
            if what == "opted out":
                contact.opt_out(session, "sms", PHONE, source="word", now=now)
            elif what == "ceased":
                contact.place_hold(session, party_id="par_maria", kind=contact.HoldKind.CEASE, reason="t", now=now)
            elif what == "crowded":
                for number in range(3):
                    ask(session, web(session, now, f"c{number}", f"203.0.{number}.9"), now)
            before = len(texted(session))
            assert _told(session, FOREIGN if what == "unknown" else PHONE, now, tries) == known
            assert len(texted(session)) == before, "nothing is sent"
        finally:
            place.rollback()

    alike()


class TestWhatIsKept:
    def test_the_text_tells_of_no_debt_and_goes_through_the_door(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now.replace(hour=6))  # at night where she lives
        (row,) = texted(session)
        assert row.channel == "sms" and row.address == PHONE and row.state == "ready" and row.held_until is None
        assert row.text.startswith("Northwind: your code is ")
        assert not {"debt", "owe", "pay", "collect", "account"} & set(row.text.lower().split())
        assert "If you did not ask for this, ignore it. Do not share it." in row.text

    @pytest.mark.parametrize("kind", contact.HoldKind)
    def test_a_hold_that_stops_all_we_start_stops_a_code(
        self, session: core.Session, maria: contact.Conversation, now: datetime, kind: contact.HoldKind
    ) -> None:
        contact.place_hold(session, party_id="par_maria", kind=kind, reason="t", now=now)
        ask(session, maria, now)
        may = {"dispute", "validation", "complaint", "military", "creditor"}
        assert bool(texted(session)) is (kind.value in may)

    def test_they_asked_for_no_texts_and_get_none(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        contact.bar_medium(session, party_id="par_maria", channel="sms", source="t", now=now)
        ask(session, maria, now)
        assert texted(session) == []

    def test_neither_code_nor_phone_is_readable_in_the_table(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        kept = " ".join(str(value) for row in session.execute(sa.select(identity_codes)) for value in row)
        assert code_of(session) not in kept and PHONE[1:] not in kept

    def test_a_number_that_is_not_on_file_leaves_no_conversation_and_no_code(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now, FOREIGN)
        assert FOREIGN not in set(session.execute(sa.select(conversations.c.address)).scalars())
        (row,) = session.execute(sa.select(outbox)).all()
        assert row.state == "blocked" and row.rules == ["PAR-CODE"] and "[code removed]" in row.text

    def test_what_was_typed_is_taken_out_once_it_is_judged(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        code = code_of(session)
        for number, text in enumerate((f"its {code}", f"{code[:3]} {code[3:]} thanks", f"{code} 30318")):
            contact.receive(session, contact.Incoming("web", "maria", f"m{number}", text), now)
        say(session, maria, Answers(code=code), now)
        assert list(session.execute(sa.select(inbox.c.text).order_by(inbox.c.number)).scalars()) == [
            "its [code removed]", "[code removed] thanks", "[code removed] 30318"
        ]  # fmt: skip

    def test_the_sent_text_is_kept_without_it_and_one_that_waits_keeps_it(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        (row,) = texted(session)
        assert contact.forget_codes(session, now) == 0 and "[code removed]" not in texted(session)[0].text
        session.execute(outbox.update().where(outbox.c.id == row.id).values(state="sent"))
        assert contact.forget_codes(session, now) == 1
        assert texted(session)[0].text.startswith("Northwind: your code is [code removed],")

    def test_one_that_waited_too_long_is_not_sent(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        message = contact.outbox.get(session, texted(session)[0].id)
        assert contact.recheck(session, message, "first_party", now + 9 * MINUTE).allowed
        late = contact.recheck(session, message, "first_party", now + 10 * MINUTE)
        assert not late.allowed and late.rules == ("PAR-CODE",)
        contact.forget_codes(session, now + 10 * MINUTE)
        (row,) = session.execute(sa.select(outbox)).all()
        assert row.state == "blocked" and "[code removed]" in row.text

    def test_a_stop_between_asking_and_sending_holds(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, now)
        contact.opt_out(session, "sms", PHONE, source="word", now=now + MINUTE)
        message = contact.outbox.get(session, texted(session)[0].id)
        assert not contact.recheck(session, message, "first_party", now + MINUTE).allowed
