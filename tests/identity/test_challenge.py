"""What it takes to be believed, and what a guesser learns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot import contact, core, identity
from bot.identity import Answers, Checks, Incomplete, Locked, Matched, NotMatched
from bot.identity.factors import fits, slow_hash, tokens

pytestmark = pytest.mark.postgres
SECRET = "a-secret-of-the-tests-that-is-long-enough"
SMS = Checks.on("sms", SECRET)
WEB = Checks.on("web", SECRET)
PHONE = "+15550100001"
BORN = date(1985, 4, 12)
RIGHT = Answers(BORN, "30318")
WRONG = Answers(BORN, "30319")
DAY = timedelta(hours=24)


@pytest.fixture
def maria(session: core.Session, now: datetime) -> contact.Conversation:
    """Maria's phone, known to us; her conversation by SMS."""
    enrol(session, "par_maria", "NW-1000")
    contact.add_address(session, party_id="par_maria", channel="sms", value=PHONE, basis="client_file", now=now)
    return contact.open_conversation(session, "sms", PHONE, now)


def enrol(session: core.Session, party_id: str, reference: str, born: date = BORN) -> None:
    identity.enrol(
        session,
        party_id=party_id,
        date_of_birth=born,
        postcode="30318-1234",
        reference=reference,
        secret=SECRET,
    )


def web(session: core.Session, now: datetime, visitor: str = "visitor-1") -> contact.Conversation:
    return contact.open_conversation(session, "web", visitor, now)


def ask(
    session: core.Session, talk: contact.Conversation, answers: Answers, now: datetime, checks: Checks = SMS
) -> identity.Outcome:
    return identity.challenge(session, talk, answers, now=now, checks=checks)


class TestMatching:
    def test_a_known_phone_with_the_right_answers_is_verified(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        outcome = ask(session, maria, RIGHT, now)
        assert isinstance(outcome, Matched)
        assert outcome.verified.party_id == "par_maria"
        assert identity.who(session, maria, now) == outcome.verified

    @pytest.mark.parametrize("postcode", ["30318", "30318-1234", "303181234", "30318 9999", " 30318 "])
    def test_a_zip_and_its_zip_plus_four_are_the_same_place(
        self, session: core.Session, maria: contact.Conversation, now: datetime, postcode: str
    ) -> None:
        assert isinstance(ask(session, maria, Answers(BORN, postcode), now), Matched)

    @pytest.mark.parametrize(
        "answers", [WRONG, Answers(date(1985, 12, 4), "30318"), Answers(date(1990, 1, 1), "10001")]
    )
    def test_one_wrong_factor_is_enough_to_fail(
        self, session: core.Session, maria: contact.Conversation, now: datetime, answers: Answers
    ) -> None:
        assert ask(session, maria, answers, now) == NotMatched(left=2)
        assert identity.who(session, maria, now) is None

    def test_an_unknown_address_needs_its_reference_first(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        talk = web(session, now)
        assert ask(session, talk, RIGHT, now, WEB) == Incomplete(("reference",))
        assert isinstance(ask(session, talk, Answers(reference="nw 1000"), now, WEB), Matched)

    def test_a_person_on_a_phone_of_somebody_else_may_name_their_reference(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        enrol(session, "par_bob", "NW-2000", born=date(1970, 1, 1))
        outcome = ask(session, maria, Answers(date(1970, 1, 1), "30318", "NW-2000"), now)
        assert isinstance(outcome, Matched) and outcome.verified.party_id == "par_bob"

    def test_two_at_one_phone_are_told_apart_by_their_birthdays(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        enrol(session, "par_bob", "NW-2000", born=date(1970, 1, 1))
        contact.add_address(session, party_id="par_bob", channel="sms", value=PHONE, basis="client_file", now=now)
        outcome = ask(session, maria, Answers(date(1970, 1, 1), "30318"), now)
        assert isinstance(outcome, Matched) and outcome.verified.party_id == "par_bob"

    def test_twins_at_one_phone_are_told_apart_by_their_reference(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        enrol(session, "par_twin", "NW-2000")
        contact.add_address(session, party_id="par_twin", channel="sms", value=PHONE, basis="client_file", now=now)
        assert ask(session, maria, RIGHT, now) == Incomplete(("reference",))
        outcome = ask(session, maria, Answers(reference="NW-2000"), now)
        assert isinstance(outcome, Matched) and outcome.verified.party_id == "par_twin"

    def test_a_set_with_the_reference_in_it_needs_the_reference_on_a_known_phone_too(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        strict = Checks(SECRET, factors=("reference", "date_of_birth", "postcode"))
        assert ask(session, maria, RIGHT, now, strict) == Incomplete(("reference",))
        assert ask(session, maria, Answers(reference="NW-9999"), now, strict) == NotMatched(2)
        assert isinstance(ask(session, maria, Answers(BORN, "30318", "NW-1000"), now, strict), Matched)

    def test_the_second_reference_of_a_person_works_like_the_first(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        identity.add_reference(session, party_id="par_maria", reference="HB-7", secret=SECRET)
        outcome = ask(session, web(session, now), Answers(BORN, "30318", "hb7"), now, WEB)
        assert isinstance(outcome, Matched)

    def test_a_reference_belongs_to_one_person(self, session: core.Session, maria: contact.Conversation) -> None:
        with pytest.raises(core.Problems, match="no other person has"):
            enrol(session, "par_bob", "NW-1000")

    @pytest.mark.parametrize(
        "answers",
        [
            Answers(date(1985, 12, 4), "30318", other_date_of_birth=BORN),
            Answers(BORN, "30318", other_date_of_birth=date(1985, 12, 4)),
        ],
    )
    def test_either_reading_of_a_date_in_figures_will_do(
        self, session: core.Session, maria: contact.Conversation, now: datetime, answers: Answers
    ) -> None:
        assert isinstance(ask(session, maria, answers, now), Matched)

    def test_two_readings_of_a_date_are_one_try_and_a_clear_date_replaces_both(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        both = Answers(date(1985, 12, 5), "30318", other_date_of_birth=date(1985, 5, 12))
        assert ask(session, maria, both, now) == NotMatched(left=2)
        ask(session, maria, Answers(date(1985, 12, 4), other_date_of_birth=BORN), now + DAY)
        assert ask(session, maria, Answers(date(1990, 1, 1)), now + DAY) == Incomplete(("postcode",))
        assert ask(session, maria, Answers(postcode="30318"), now + DAY) == NotMatched(left=2)

    def test_another_key_opens_nothing(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        assert isinstance(ask(session, maria, RIGHT, now, Checks.on("sms", "another" * 6)), NotMatched)


class TestAnswersOverSeveralMessages:
    def test_they_add_up(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        assert ask(session, maria, Answers(), now) == Incomplete(("date_of_birth", "postcode"))
        assert ask(session, maria, Answers(BORN), now) == Incomplete(("postcode",))
        assert isinstance(ask(session, maria, Answers(postcode="30318"), now), Matched)

    def test_a_later_answer_replaces_an_earlier_one(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, Answers(date(1958, 4, 12)), now)
        ask(session, maria, Answers(BORN), now)
        assert isinstance(ask(session, maria, Answers(postcode="30318"), now), Matched)

    @pytest.mark.parametrize(
        ("channel", "wait", "remembered"),
        [
            ("sms", timedelta(hours=11, minutes=59), True),
            ("sms", timedelta(hours=12), False),
            ("web", timedelta(minutes=14, seconds=59), True),
            ("web", timedelta(minutes=15), False),
        ],
    )
    def test_they_are_kept_for_half_a_day_on_a_phone_and_a_quarter_of_an_hour_on_the_web(
        self,
        session: core.Session,
        maria: contact.Conversation,
        now: datetime,
        channel: str,
        wait: timedelta,
        remembered: bool,
    ) -> None:
        checks = Checks.on(channel, SECRET)
        ask(session, maria, Answers(BORN), now, checks)
        outcome = ask(session, maria, Answers(postcode="30318"), now + wait, checks)
        assert isinstance(outcome, Matched) is remembered

    @pytest.mark.parametrize("first", [WRONG, Answers(date(1985, 4, 13), "30318")])
    def test_after_a_wrong_try_the_half_that_is_mended_is_judged_with_the_other(
        self, session: core.Session, maria: contact.Conversation, now: datetime, first: Answers
    ) -> None:
        ask(session, maria, first, now)
        mended = Answers(postcode="30318") if first is WRONG else Answers(BORN)
        assert isinstance(ask(session, maria, mended, now), Matched)

    def test_a_half_that_is_mended_wrongly_is_a_try_of_its_own(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        tries = [Answers(BORN, "30319"), Answers(postcode="30317"), Answers(postcode="30316")]
        assert [ask(session, maria, one, now) for one in tries] == [NotMatched(2), NotMatched(1), Locked()]

    @pytest.mark.parametrize("wrong", [WRONG, Answers(date(1985, 4, 13), "30318")])
    def test_which_half_was_wrong_makes_no_difference_to_what_comes_next(
        self, session: core.Session, maria: contact.Conversation, now: datetime, wrong: Answers
    ) -> None:
        ask(session, maria, wrong, now)
        assert ask(session, maria, Answers(wrong.date_of_birth), now) == Incomplete(("postcode",))
        assert ask(session, maria, Answers(postcode="99999"), now) == NotMatched(left=1)

    def test_both_halves_sent_anew_one_by_one_cost_one_try(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, WRONG, now)
        assert ask(session, maria, Answers(BORN), now) == Incomplete(("postcode",))
        assert isinstance(ask(session, maria, Answers(postcode="30318"), now, Checks(SECRET, max_wrong=2)), Matched)

    def test_nothing_new_is_no_try(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        ask(session, maria, WRONG, now)
        assert ask(session, maria, Answers(), now) == Incomplete(("date_of_birth", "postcode"))

    def test_incomplete_answers_cost_no_try(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        for _ in range(10):
            ask(session, maria, Answers(BORN), now)
        assert isinstance(ask(session, maria, Answers(postcode="30318"), now), Matched)


class TestLocking:
    def test_the_third_wrong_try_locks_even_for_the_right_answers(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        assert [ask(session, maria, WRONG, now) for _ in range(3)] == [NotMatched(2), NotMatched(1), Locked()]
        assert ask(session, maria, RIGHT, now) == Locked()
        assert ask(session, maria, Answers(), now) == Locked()
        assert identity.who(session, maria, now) is None

    @pytest.mark.parametrize(("wait", "open_again"), [(DAY - timedelta(seconds=1), False), (DAY, True)])
    def test_a_lock_lasts_a_day(
        self,
        session: core.Session,
        maria: contact.Conversation,
        now: datetime,
        wait: timedelta,
        open_again: bool,
    ) -> None:
        for _ in range(3):
            ask(session, maria, WRONG, now)
        assert isinstance(ask(session, maria, RIGHT, now + wait), Matched) is open_again

    def test_an_address_is_locked_whoever_was_tried(self, session: core.Session, now: datetime) -> None:
        talk = web(session, now)
        for number in range(4):
            enrol(session, f"par_{number}", f"REF-{number}")
        for number in range(3):
            ask(session, talk, Answers(BORN, "99999", f"REF-{number}"), now, WEB)
        assert ask(session, talk, Answers(BORN, "30318", "REF-3"), now, WEB) == Locked()

    def test_fewer_tries_can_be_asked_for(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        assert ask(session, maria, WRONG, now, Checks(SECRET, max_wrong=1)) == Locked()


class TestWhatAGuesserLearns:
    def test_known_and_unknown_references_get_the_same_answers_to_the_end(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        def story(reference: str, visitor: str) -> list[identity.Outcome]:
            answers = Answers(date(1990, 1, 1), "10001", reference)
            said = [ask(session, web(session, now, visitor), answers, now, WEB) for _ in range(2)]
            return said + [ask(session, web(session, now, f"{visitor}-{n}"), answers, now, WEB) for n in range(3)]

        assert story("NW-1000", "a") == story("NW-9999", "b")

    def test_known_and_unknown_references_cost_the_same_work(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        """The same statements in the same order, whatever the reference: the time tells nothing."""

        def work(reference: str, visitor: str) -> list[str]:
            talk = web(session, now, visitor)
            asked: list[str] = []
            note = lambda *args: asked.append(" ".join(args[2].split()[:3]))  # noqa: E731
            sa.event.listen(session, "before_cursor_execute", note)
            ask(session, talk, Answers(date(1990, 1, 1), "10001", reference), now, WEB)
            sa.event.remove(session, "before_cursor_execute", note)
            return asked

        work("NW-0", "first")
        known = work("NW-1000", "a")
        assert len(known) > 5 and known == work("NW-9999", "b")

    def test_guessing_at_everybody_shows(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        for number in range(7):
            ask(session, web(session, now, f"v{number}"), Answers(BORN, "99999", f"R-{number}"), now, WEB)
        assert identity.failures(session, since=now - timedelta(minutes=10)) == 7


class TestTheWindow:
    @pytest.mark.parametrize(("checks", "minutes"), [(SMS, 30), (WEB, 15)])
    def test_it_closes(
        self, session: core.Session, maria: contact.Conversation, now: datetime, checks: Checks, minutes: int
    ) -> None:
        ask(session, maria, RIGHT, now, checks)
        last, closed = now + timedelta(minutes=minutes, seconds=-1), now + timedelta(minutes=minutes)
        assert identity.who(session, maria, last) is not None
        assert identity.who(session, maria, closed) is None
        with pytest.raises(identity.NotVerified) as refusal:
            identity.require(session, maria, closed)
        assert refusal.value.response == "utter_identity_ask"

    def test_a_word_starts_it_again(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        ask(session, maria, RIGHT, now, WEB)
        later = now + timedelta(minutes=14)
        identity.touch(session, contact.conversation(session, maria.id), later, WEB.window)
        assert identity.who(session, maria, later + timedelta(minutes=14)) is not None

    def test_a_closed_one_stays_closed(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        ask(session, maria, RIGHT, now, WEB)
        held = contact.conversation(session, maria.id)
        later = now + timedelta(minutes=15)
        identity.touch(session, held, later, WEB.window)
        assert identity.who(session, maria, later) is None

    def test_it_is_for_one_conversation(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, RIGHT, now)
        assert identity.who(session, web(session, now), now) is None

    def test_a_forgotten_person_is_asked_again(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, RIGHT, now)
        identity.forget(session, maria.id, now)
        assert identity.who(session, maria, now) is None


class TestWhatIsKept:
    def test_every_outcome_is_in_the_log_without_a_personal_detail(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        for answers in (Answers(BORN), WRONG, RIGHT, WRONG, WRONG):
            ask(session, maria, answers, now)
        kinds = [fact.kind for fact in core.facts(session, subject=maria.id) if fact.kind != "IdentityAnswersGiven"]
        assert kinds == ["IdentityIncomplete", "IdentityNotMatched", "IdentityMatched", "IdentityNotMatched",
                         "IdentityNotMatched", "IdentityLocked"]  # fmt: skip
        assert list(core.verify(session)) == []

    def test_no_answer_stands_in_any_table_of_this_room_or_the_log(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        ask(session, maria, Answers(BORN), now)
        ask(session, web(session, now), Answers(postcode="30318", reference="NW-1000"), now, WEB)
        for dump in _dump(session):
            for secret in ("1985", "30318", "1000", PHONE, "NW"):
                assert secret not in dump

    def test_equal_answers_do_not_look_equal(self, session: core.Session) -> None:
        enrol(session, "par_a", "A-1")
        enrol(session, "par_b", "B-1")
        hashes = session.execute(sa.text("SELECT hash FROM identity_factors")).scalars().all()
        assert len(hashes) == len(set(hashes)) == 6

    def test_answers_do_not_print_themselves(self) -> None:
        assert repr(Answers(BORN, "30318")) == "Answers(date_of_birth, postcode)"


def _dump(session: core.Session) -> Iterator[str]:
    for table in ("identity_factors", "identity_attempts", "identity_partials"):
        for row in session.execute(sa.text(f"SELECT * FROM {table}")).mappings():
            yield " ".join(str(value) for name, value in row.items() if not name.endswith("at") and name != "hash")
    for fact in core.facts(session):
        if fact.kind.startswith("Identity"):
            yield f"{fact.kind} {fact.data}"


@given(st.text(), st.text())
def test_whatever_is_typed_is_judged_or_was_not_said(postcode: str, reference: str) -> None:
    known = tokens(Answers(None, postcode, reference), SECRET)
    assert "date_of_birth" not in known
    for value in known.values():
        assert fits(slow_hash(value), value)
        assert not fits(None, value)
