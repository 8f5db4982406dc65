"""A stranger's tries count against the stranger: the owner's phone keeps its own, and nothing is learned on the way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core, identity
from bot.contact.store import inbox
from bot.core import network
from bot.identity import Answers, Checks, Locked, Matched, NotMatched
from bot.identity.store import identity_attempts
from tests.examples import each

pytestmark = pytest.mark.postgres
SECRET = "a-secret-of-the-tests-that-is-long-enough"
WEB, SMS = Checks.on("web", SECRET), Checks.on("sms", SECRET)
PHONE, BORN, ZIP = "+15550100001", date(1985, 4, 12), "30318"
GUESS = Answers(date(1990, 1, 1), "10001", "NW-1000")
RIGHT = Answers(BORN, ZIP, "NW-1000")


@pytest.fixture
def maria(session: core.Session, now: datetime) -> contact.Conversation:
    """Two references, one phone."""
    identity.enrol(session, party_id="par_maria", date_of_birth=BORN, postcode=ZIP, reference="NW-1000", secret=SECRET)
    identity.add_reference(session, party_id="par_maria", reference="HB-7", secret=SECRET)
    contact.add_address(session, party_id="par_maria", channel="sms", value=PHONE, basis="client_file", now=now)
    return contact.open_conversation(session, "sms", PHONE, now)


def web(session: core.Session, now: datetime, visitor: str, host: str = "198.51.100.7") -> contact.Conversation:
    talk = contact.open_conversation(session, "web", visitor, now)
    return contact.note_network(session, talk, identity.network(host, SECRET))


def ask(
    session: core.Session, talk: contact.Conversation, answers: Answers, now: datetime, checks: Checks = WEB
) -> identity.Outcome:
    return identity.challenge(session, talk, answers, now=now, checks=checks)


def many_strangers(session: core.Session, now: datetime, reference: str, count: int) -> list[identity.Outcome]:
    """Each from a network of their own, one try each."""
    guess = replace(GUESS, reference=reference)
    hosts = [f"203.0.{number}.9" for number in range(count)]
    return [ask(session, web(session, now, f"{reference}-{host}", host), guess, now) for host in hosts]


def test_the_owners_phone_keeps_its_tries(session: core.Session, maria: contact.Conversation, now: datetime) -> None:
    many_strangers(session, now, "NW-1000", 30)
    stranger = web(session, now, "one of them")
    assert [ask(session, stranger, GUESS, now) for _ in range(4)] == [NotMatched(2), NotMatched(1), Locked(), Locked()]
    assert ask(session, maria, Answers(BORN, "99999"), now, SMS) == NotMatched(2)
    assert isinstance(ask(session, maria, Answers(BORN, ZIP), now, SMS), Matched)


@pytest.mark.parametrize(("tries", "believed"), [(9, True), (10, False)])
def test_after_ten_tries_at_a_reference_no_stranger_is_believed_about_it(
    session: core.Session, maria: contact.Conversation, now: datetime, tries: int, believed: bool
) -> None:
    many_strangers(session, now, "NW-1000", tries)
    outcome = ask(session, web(session, now, "late"), RIGHT, now)
    assert isinstance(outcome, Matched) is believed
    if not believed:
        assert outcome == NotMatched(2), "it sounds like any other wrong try"


def test_a_lock_on_one_reference_says_nothing_about_another_of_the_same_person(
    session: core.Session, maria: contact.Conversation, now: datetime
) -> None:
    many_strangers(session, now, "NW-1000", 10)
    same, foreign = web(session, now, "a"), web(session, now, "b", "198.51.101.7")
    tries = [ask(session, talk, replace(GUESS, reference=ref), now) for talk, ref in ((same, "HB-7"), (foreign, "X-1"))]
    assert tries == [NotMatched(2), NotMatched(2)]
    assert isinstance(ask(session, same, replace(RIGHT, reference="HB-7"), now), Matched)


@pytest.mark.parametrize(
    ("earlier", "left"), [(17, NotMatched(2)), (18, NotMatched(1)), (19, Locked()), (40, Locked())]
)
def test_all_strangers_of_a_network_share_twenty_tries_an_hour(
    session: core.Session, maria: contact.Conversation, now: datetime, earlier: int, left: identity.Outcome
) -> None:
    for number in range(earlier):
        ask(session, web(session, now, f"v{number}", f"198.51.100.{number}"), Answers(BORN, ZIP, f"R-{number}"), now)
    assert ask(session, web(session, now, "next", "198.51.100.250"), replace(GUESS, reference="R-x"), now) == left
    assert isinstance(ask(session, web(session, now, "elsewhere", "198.51.101.1"), RIGHT, now), Matched)


@pytest.mark.parametrize(("wait", "free"), [(timedelta(minutes=59), False), (timedelta(hours=1), True)])
def test_a_network_is_slowed_for_an_hour(
    session: core.Session, maria: contact.Conversation, now: datetime, wait: timedelta, free: bool
) -> None:
    for number in range(20):
        ask(session, web(session, now, f"v{number}"), Answers(BORN, "99999", f"R-{number}"), now)
    outcome = ask(session, web(session, now, "later"), RIGHT, now + wait)
    assert isinstance(outcome, Matched) is free


def test_tries_of_one_network_at_the_same_moment_are_counted_one_by_one(engine: Engine, now: datetime) -> None:
    with core.transaction(engine) as session:
        talks = [web(session, now, f"visitor-{number}") for number in range(8)]
    outcomes: list[identity.Outcome] = []

    def guess(talk: contact.Conversation) -> None:
        with core.transaction(engine) as session:
            outcomes.append(ask(session, talk, GUESS, now, replace(WEB, network_wrong=3)))

    threads = [threading.Thread(target=guess, args=(talk,)) for talk in talks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(repr, outcomes)) == sorted(map(repr, [NotMatched(2), NotMatched(1), *[Locked()] * 6]))


def statements(session: core.Session, talk: contact.Conversation, answers: Answers, now: datetime) -> list[str]:
    """What the database is asked, and how often a slow hash is computed."""
    asked: list[str] = []
    note = lambda *args: asked.append(" ".join(args[2].split()[:3]))  # noqa: E731
    sa.event.listen(session, "before_cursor_execute", note)
    ask(session, talk, answers, now, SMS if talk.channel == "sms" else WEB)
    sa.event.remove(session, "before_cursor_execute", note)
    return asked


@pytest.mark.parametrize("reference", ["NW-1000", "HB-7", "NW-2000"], ids=["known", "linked", "spent"])
@pytest.mark.parametrize("phone", [False, True], ids=["from the web", "from a phone that is known"])
def test_known_linked_spent_and_unknown_references_cost_the_same_work(
    session: core.Session, maria: contact.Conversation, now: datetime, reference: str, phone: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    identity.enrol(session, party_id="par_bob", date_of_birth=BORN, postcode=ZIP, reference="NW-2000", secret=SECRET)
    many_strangers(session, now, "NW-2000", 10)
    hashes: list[bool] = []
    real = identity.judging.fits
    monkeypatch.setattr(identity.judging, "fits", lambda *given: (hashes.append(True), real(*given))[1])

    def work(named: str, visitor: str) -> tuple[list[str], int]:
        talk = maria if phone else web(session, now, visitor, f"192.0.{len(visitor)}.1")
        session.execute(identity_attempts.delete().where(identity_attempts.c.conversation_id == talk.id))
        hashes.clear()
        asked = statements(session, talk, replace(GUESS, reference=named), now)
        return asked, len(hashes)

    work("warm", "w")
    unknown = work("X-1", "visitor")
    assert unknown[1] == (8 if phone else 4)
    assert work(reference, "visitors") == unknown


def test_a_locked_stranger_costs_the_work_of_one_that_is_not(
    session: core.Session, maria: contact.Conversation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[bool] = []
    real = identity.judging.fits
    monkeypatch.setattr(identity.judging, "fits", lambda *given: (hashes.append(True), real(*given))[1])
    talk = web(session, now, "v")
    counts = []
    for _ in range(5):
        hashes.clear()
        ask(session, talk, GUESS, now)
        counts.append(len(hashes))
    assert counts == [4] * 5


@each(
    ("host", "prefix"),
    [
        ("203.0.113.9", "203.0.113.0/24"), ("203.0.113.250", "203.0.113.0/24"), ("203.0.114.9", "203.0.114.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"), ("2001:db8:1:2ab::1", "2001:db8:1:200::/56"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"), ("2001:db8:1:300::1", "2001:db8:1:300::/56"),
        ("testclient", "testclient"),
    ],
)  # fmt: skip
def test_a_network_is_what_one_household_has(host: str, prefix: str) -> None:
    assert network.prefix(host) == prefix


def test_no_address_of_the_internet_is_kept(session: core.Session, maria: contact.Conversation, now: datetime) -> None:
    talk = web(session, now, "v", "198.51.100.7")
    ask(session, talk, GUESS, now)
    rows = [*session.execute(sa.select(contact.store.conversations)), *session.execute(sa.select(identity_attempts))]
    assert not any("198.51" in str(value) for row in rows for value in row)


class TestProofsThatWereJudged:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("4/12/1985 30318", "[birth date removed] [ZIP code removed]"),
            ("hi, 04-12-1985, zip 30318-1234, what do i owe", "hi, [birth date removed], zip [ZIP code removed], what do i owe"),
            ("born april 12, 1985 and 30318", "born [birth date removed] and [ZIP code removed]"),
            ("12 de abril de 1985, código 30318", "[birth date removed], código [ZIP code removed]"),
            ("12th of april 85 / 30318", "[birth date removed] / [ZIP code removed]"),
            ("04121985 30318", "[birth date removed] [ZIP code removed]"),
            ("1985-04-12 30318, last four of my social 6789", "[birth date removed] [ZIP code removed], last four of my social [removed]"),
            ("4/12/1985 30318 and i can pay 40 on 11/20/2026", "[birth date removed] [ZIP code removed] and i can pay 40 on 11/20/2026"),
        ],
    )  # fmt: skip
    def test_they_are_taken_out_of_what_is_stored(
        self, session: core.Session, maria: contact.Conversation, now: datetime, typed: str, kept: str
    ) -> None:
        contact.receive(session, contact.Incoming("sms", PHONE, "SM1", typed), now)
        assert isinstance(ask(session, maria, Answers(BORN, ZIP), now, SMS), Matched)
        assert stored(session) == [kept]

    def test_in_words_they_take_every_figure_with_them(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        words = "april twelfth nineteen eighty five, three zero three one eight, i lost my job"
        contact.receive(session, contact.Incoming("sms", PHONE, "SM1", words), now)
        ask(session, maria, Answers(BORN, ZIP), now, SMS)
        assert stored(session)[0].endswith("i lost my job")
        assert not any(word in stored(session)[0] for word in ("april", "twelfth", "nineteen", "three", "eight"))

    def test_each_half_goes_when_it_was_given(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        contact.receive(session, contact.Incoming("sms", PHONE, "SM1", "4/12/1985"), now)
        ask(session, maria, Answers(BORN, other_date_of_birth=date(1985, 12, 4)), now, SMS)
        contact.receive(session, contact.Incoming("sms", PHONE, "SM2", "30318"), now)
        ask(session, maria, Answers(postcode=ZIP), now, SMS)
        assert stored(session) == ["[birth date removed]", "[ZIP code removed]"]

    def test_a_wrong_try_goes_too(self, session: core.Session, maria: contact.Conversation, now: datetime) -> None:
        contact.receive(session, contact.Incoming("sms", PHONE, "SM1", "4/13/1985 30318"), now)
        assert ask(session, maria, Answers(date(1985, 4, 13), ZIP), now, SMS) == NotMatched(2)
        assert stored(session) == ["[birth date removed] [ZIP code removed]"]

    def test_they_go_however_long_they_waited_for_the_bot(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        """It was down for an hour, or its clock is an hour ahead of the web's."""
        contact.receive(session, contact.Incoming("sms", PHONE, "SM1", "4/12/1985 30318"), now - timedelta(hours=1))
        assert isinstance(ask(session, maria, Answers(BORN, ZIP), now, SMS), Matched)
        assert stored(session) == ["[birth date removed] [ZIP code removed]"]

    def test_what_somebody_else_wrote_stays(
        self, session: core.Session, maria: contact.Conversation, now: datetime
    ) -> None:
        contact.receive(session, contact.Incoming("sms", "+1666", "SM0", "30318 is on fire"), now)
        contact.receive(session, contact.Incoming("sms", PHONE, "SM1", "4/12/1985 30318"), now)
        ask(session, maria, Answers(BORN, ZIP), now, SMS)
        assert stored(session)[0] == "30318 is on fire"


def stored(session: core.Session) -> list[str]:
    return list(session.execute(sa.select(inbox.c.text).order_by(inbox.c.number)).scalars())
