"""No text message is over two SMS: every kind of answer, composed and sent as in production, to whoever makes each as
long as it can be, in both languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.contact import samples as longest
from bot.contact import segments, texts
from bot.dialogue.meaning.acts import (
    Accept,
    Act,
    AskAbout,
    CancelPlan,
    Choose,
    Divide,
    Move,
    Part,
    Pay,
    Propose,
    Refuse,
    Skip,
    TalkOf,
)  # fmt: skip
from tests.dialogue import worst
from tests.dialogue.acting import usd
from tests.dialogue.test_any_talk import EVERYDAY, GRAVE
from tests.examples import each

MOST_MESSAGES = 4
"""Of one turn: an agreement on four accounts with a link and a paper for each."""
FOUR_DAYS = tuple(
    Part(on=day, amount=usd(1111.11)) for day in (date(2026, 12, 9), date(2026, 12, 23), date(2027, 1, 13), date(2027, 1, 27))
)  # fmt: skip
ABOUT = ("schedule", "total", "why", "missed", "interest", "documents", "link", "which_first", "combine", "since", "owner",
         "received", "meaning", "proof", "taxes", "private")  # fmt: skip
SCRIPTS: dict[str, Sequence[Act | str]] = {
    "the choices": ["ask_options", Choose(option=2), "ask_options", Choose(option=3), Accept(), "plan_status", "ask_documents",
                    Pay(what="next"), "ask_history", Move(), Skip(), CancelPlan()],
    "a plan": [Propose(each=usd(4000), frequency="monthly", debts="all"), AskAbout(about="schedule"), Accept(), "plan_status",
               Pay(), Pay(what="all"), Move(on=date(2026, 12, 30)), Skip(), Accept(), "autopay_on"],
    "a counter-offer": [Propose(each=usd(20), frequency="monthly", debts="all"), Refuse(),
                        Propose(each=usd(20), frequency="weekly", debts="all"), Accept(), "hardship", "cannot_pay"],
    "days of their own": [Propose(parts=FOUR_DAYS, debts="all"), Accept(), TalkOf(debts=(1,)), Propose(parts=FOUR_DAYS), Accept()],
    "one link for all": [Divide(total=usd(5000)), Accept(), Divide(each=usd(1234)), Accept(), Pay(what="all", debts="all"), Accept()],
    "plans for each": [act for number in (1, 2) for act in (
        TalkOf(debts=(number,)), Propose(each=usd(2500.5), frequency="monthly"), Accept())] + ["plan_status", "ask_balance"],
    "questions": ["ask_balance", "ask_breakdown", "ask_origin", "ask_history", "ask_fees", *(AskAbout(about=one) for one in ABOUT)],
    "questions beside an offer": [Propose(each=usd(2500), frequency="monthly", debts="all"), *(AskAbout(about=one) for one in ABOUT)],
    "a dispute": ["wrong_amount", Choose(option=1), "ask_balance", "request_validation", "withdraw_dispute"],
    "paying less": ["request_settlement", Accept(), "ask_documents"],
    "whatever they say": [name for name in EVERYDAY if name != "change_language"],
    **{f"grave: {name}": [name, "ask_balance"] for name in GRAVE},
}  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worst.empty(tmp_path_factory.mktemp("empty") / "empty.db")


@each(("language", "role", "count", "known"), [
    (language, role, count, known)
    for language in ("en", "es")
    for role, count, known in (("third_party", 4, True), ("first_party", 1, True), ("third_party", 2, False))
])  # fmt: skip
@pytest.mark.parametrize("script", SCRIPTS)
def test_no_message_is_over_two_sms(
    script: str, language: str, role: str, count: int, known: bool, empty: Path, tmp_path: Path
) -> None:
    with worst.talk_on(empty, tmp_path / "x.db", language, count, PARLEY_COLLECTION_ROLE=role) as talk:
        talk.write("hi", "greet")
        if known:
            talk.known()
        for number, act in enumerate(SCRIPTS[script]):
            before = talk._outbox()
            talk.write(f"message {number}", act)
            messages = [row.text for row in talk._outbox(before)]
            assert len(messages) <= MOST_MESSAGES, messages
        assert talk.conversation.language == language
        long = [row.text for row in worst.sent(talk) if segments.count(row.text) > segments.MOST]
        assert long == []


STARTED = [name for name, one in texts.shipped().items() if one.tag in ("reminder", "last_notice") or name == "utter_law_notice"]
LAW = ("utter_contact_collector", "utter_contact_opt_out_notice")
"""What a message that we start may have to carry as well; one with a link also asks for an answer."""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", STARTED)
def test_what_we_start_is_one_message_of_two_sms_with_all_that_goes_along(name: str, language: str) -> None:
    told = texts.shipped()
    whole = "\n".join(longest.filled(told[one], language) for one in [name, *(["utter_reminders_answer"] if "{url}" in told[name].texts["en"] and told[name].tag == "reminder" else []), *LAW])
    assert longest.segments(whole) <= 2, whole
