"""Over random facts, times, zones and holds nothing leaves outside the rules.

What is asserted is written out here in the words of the sources, and not taken from the code that decides.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contact import Hold, HoldKind, Say, may_send
from bot.contact.facts import Facts, Started
from bot.contact.hours import Barred
from tests.examples import many

START = datetime(2026, 10, 25, tzinfo=timezone.utc)
TAGS = ["reply", "facts", "offer", "payment", "reminder", "receipt", "hold", "handoff", "rights", "safety", "opt_out"]
ZONES = ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Europe/London", "America/Phoenix"]
moments = st.integers(0, 200 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
"""Over both changes of the clock."""
says = st.builds(
    Say, st.just("r"), st.sampled_from(["Due on Friday.", "Reply STOP to end.", "you go to jail"]),
    audience=st.sampled_from(["anyone", "verified"]), tag=st.sampled_from(TAGS),
    debt_id=st.sampled_from([None, "dbt_1", "dbt_2", "dbt_1 dbt_2"]),
)  # fmt: skip


@st.composite
def facts(draw: st.DrawFn, now: datetime) -> Facts:
    ago = st.floats(0, 12).map(lambda days: now - timedelta(days=days))
    is_reply = draw(st.booleans())
    begun = st.builds(Started, ago, st.sampled_from(["sms", "whatsapp", "phone", "web"]), st.none())
    holds = st.builds(Hold, st.just("h"), st.just("p"), st.sampled_from(list(HoldKind)),
                      st.sampled_from([None, "dbt_1"]), ago)  # fmt: skip
    regions = st.frozensets(st.sampled_from(["US-MA", "US-NYC", "US-FL", "US-WA", "US-GA", "GB"]), max_size=2)
    return Facts(
        channel=draw(st.sampled_from(["sms", "whatsapp", "telegram", "web", "email"])),
        is_verified=draw(st.booleans()),
        party_id="p",
        is_reply=is_reply,
        answers_at=draw(ago) if is_reply else None,
        by_bot=draw(st.booleans()),
        owner=draw(st.sampled_from(["bot", "queue", "agent:1"])),
        role=draw(st.sampled_from(["first_party", "third_party"])),
        holds=tuple(draw(st.lists(holds, max_size=2))),
        opted_out=draw(st.integers(0, 3)) == 0,
        answered_since_opt_out=draw(st.booleans()),
        regions=draw(st.one_of(st.none(), regions.map(lambda found: found | {"US"}))),
        zones=draw(st.frozensets(st.sampled_from(ZONES), min_size=1, max_size=3)),
        barred=tuple(draw(st.lists(st.just(Barred(time(0), time(17), frozenset({1, 2, 3, 4, 5}))), max_size=1))),
        started=tuple(draw(st.lists(begun, max_size=5))),
        bases={
            name: draw(ago) for name in draw(st.sets(st.sampled_from(["client_file", "opt_in", "given_by_debtor"])))
        },
        heard_at=draw(st.one_of(st.none(), ago)),
        stopped=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"channel:sms"})])),
        is_group=draw(st.integers(0, 9)) == 0,
    )


@settings(max_examples=many(2_000))
@given(st.data())
def test_nothing_leaves_outside_the_rules(data: st.DataObject) -> None:
    now = data.draw(moments)
    message, known = data.draw(says), data.draw(facts(now))
    decision = may_send(message, known, now)
    assert decision.rules
    if not decision.allowed:
        return
    at = decision.until or now
    assert at >= now
    assert message.audience == "anyone" or known.is_verified
    assert not known.is_group and ("jail" not in message.text or message.tag == "rights")  # that nobody goes to jail
    _respects_the_owner_and_their_no(message, known)
    _respects_holds(message, known)
    if message.tag in ("safety", "opt_out"):
        assert decision.until is None and decision.disclosures == ()
        return
    assert f"channel:{known.channel}" not in known.stopped
    if known.channel != "web":
        _is_in_time(message, known, at, now)
        _is_not_too_many(message, known, at)
        _says_how_to_end_it(message, known, decision.disclosures)


def _respects_the_owner_and_their_no(message: Say, known: Facts) -> None:
    urgent = ("handoff", "safety", "opt_out", "receipt", "hold")
    assert not known.by_bot or known.owner in ("bot", "queue") or message.tag in urgent
    is_one_answer = known.is_reply and not known.answered_since_opt_out
    assert not known.opted_out or message.tag in ("opt_out", "safety") or is_one_answer


def _respects_holds(message: Say, known: Facts) -> None:
    for hold in known.holds:
        about = message.debt_id.split() if message.debt_id else None
        if hold.debt_id is None or about is None or hold.debt_id in about:
            assert message.tag not in ("offer", "payment", "reminder")
            assert known.is_reply or message.tag in ("safety", "opt_out", "hold", "rights", "receipt")


def _is_in_time(message: Say, known: Facts, at: datetime, now: datetime) -> None:
    if known.answers_at is not None and now - known.answers_at <= timedelta(hours=1):
        return
    for zone in known.zones:
        local = at.astimezone(ZoneInfo(zone))
        assert time(8) <= local.time() <= time(21), (zone, local)
        assert not (known.barred and local.isoweekday() < 6 and local.time() < time(17)), (zone, local)


def _is_not_too_many(message: Say, known: Facts, at: datetime) -> None:
    if known.is_reply or message.tag == "receipt":
        return
    lately = [one for one in known.started if one.at > at - timedelta(days=7)]
    assert len(lately) < 3
    if known.channel == "sms" and (known.regions is None or "US-MA" in known.regions):
        assert len([one for one in lately if one.channel in ("sms", "phone")]) < 2


def _says_how_to_end_it(message: Say, known: Facts, added: tuple[str, ...]) -> None:
    if not known.is_reply:
        tells = {"utter_contact_opt_out_notice", "utter_contact_automated", "utter_contact_stopped"}
        assert "STOP" in message.text or tells & set(added)
