"""Whatever people say, in whatever order: the turn holds, they are answered, and the promises of the design stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from bot import contact
from bot.dialogue.meaning import acts as every
from bot.dialogue.meaning.acts import Act, Plain, Said, name_of
from tests.dialogue import acting
from tests.dialogue.acting import ACTIONS, ERIN, MARIA, ROCIO, Answer, Talk, usd
from tests.examples import NEW

HOLD_ALLOWS = {
    rule.params["hold"]: set(rule.params["replies"]) for rule in contact.law.load() if "replies" in rule.params
}
OURS = frozenset(
    ["ask_who", "check", "end_dispute", "finish_sooner", "no_room", "note_documents", "nothing", "payment_trouble",
     "resume", "stuck", "lift", "name_disputed", "which_disputed", "what_else", "withheld"]
)  # fmt: skip
"""Acts that only our own handlers lead to."""
PLAIN = sorted({name.removeprefix("action_") for name in ACTIONS} - set(every.BY_NAME) - OURS)
GRAVE = ("crisis", "abuse_or_coercion", "attorney", "bankruptcy", "deceased", "opt_out", "cease_contact", "wrong_person",
         "third_party", "minor", "identity_theft", "complaint", "military")  # fmt: skip
EVERYDAY = [name for name in PLAIN if name not in GRAVE]
YES = frozenset({"accept"})
PROVE = "who they are"
LINKS = frozenset({"accept", "pay", "promise", "propose", "choose", "divide", "talk_of", "ask_about", "refuse", PROVE})
"""What a link may follow: the act itself, or one that was waiting for the answer to a question."""

money = st.sampled_from([usd(1), usd(20), usd(60), usd(300), usd(9999)])
debts = st.sampled_from([None, (1,), (2,), "all"])
pace = st.sampled_from([None, "weekly", "monthly", "payday"])
day = st.sampled_from([None, date(2026, 11, 20), date(2026, 12, 4), date(2027, 6, 1)])
typed = st.one_of(
    st.builds(every.Propose, each=st.none() | money, frequency=pace, count=st.sampled_from([None, 1, 6]), first=day,
              debts=debts, wants=st.sampled_from([None, "plan", "settlement", "full", "pause", "promise"])),
    st.builds(every.Pay, what=st.one_of(st.sampled_from([None, "all", "next"]), money), on=day, debts=debts),
    st.builds(every.Promise, amount=st.none() | money, on=day, debts=debts),
    st.builds(every.Choose, option=st.sampled_from([None, 1, 2, 5])),
    st.builds(every.Adjust, to=st.sampled_from(["less", "more", "later", "sooner", "weekly", "no_down_payment", "fewer"])),
    st.builds(every.AskAbout, about=st.sampled_from(
        ["schedule", "total", "last_payment", "why", "why_not", "missed", "changeable", "interest", "credit",
         "documents", "link", "least", "longest", "first_day", "which_first", "combine", "since", "owner", "received",
         "bank", "insurance", "meaning", "proof", "taxes"])),
    st.builds(every.Move, on=day, days=st.sampled_from([None, 7])),
    st.builds(every.ChangeAmount, each=st.none() | money),
    st.builds(every.ChangeRhythm, frequency=pace),
    st.builds(every.Divide, shares=st.sampled_from(["evenly", ((1, usd(20)), (2, "rest"))]), total=st.none() | money),
    st.builds(every.TalkOf, debts=st.sampled_from([(1,), (2,), "all"])),
    st.sampled_from([
        every.Skip(), every.CancelPlan(), every.NoMore(), every.CannotSay(), every.ThinkItOver(), every.Drop(),
        every.Keep(), every.Refuse(), every.Unclear(), every.Unclear(candidates=("move", "skip")), every.IsWell(),
        every.IsNotWell(),
    ]),
)  # fmt: skip
yes = st.just(every.Accept())
plain = st.sampled_from(EVERYDAY).map(lambda name: Plain(name=name))
doubt = st.sampled_from(["not_my_debt", "crisis", "opt_out"]).map(
    lambda name: Said(Plain(name=name), "hm", 0.6, "model", needs_check=True)
)
grave = st.sampled_from(GRAVE).map(lambda name: Plain(name=name))
proof = st.just(PROVE)
message = st.lists(st.one_of(typed, typed, yes, yes, plain, plain, doubt, grave, proof), min_size=1, max_size=2)
weighted = st.one_of(typed.map(lambda a: [a]), yes.map(lambda a: [a]), plain.map(lambda a: [a]), message)
SIXTY = every.Propose(each=usd(60), frequency="monthly")
begun = st.sampled_from([
    [], [[SIXTY]], [[SIXTY]], [["ask_options"], [every.Choose(option=2)]], [[SIXTY], [every.Accept()]], [[every.Divide(total=usd(50))]],
])  # fmt: skip
"""Talks that have come somewhere, so that what follows meets an open offer or a plan."""
talks = st.builds(lambda first, then: [*first, *then], begun, st.lists(weighted, min_size=2, max_size=8))
people = st.sampled_from([MARIA, ERIN, ROCIO])


def one_talk(
    filled: Path, at: Path, person: acting.Person, messages: list[list[Act | Said | str]], known: bool
) -> None:
    with acting.talk_on(filled, at, person, known=known) as talk:
        heard: set[str] = set()  # all that they have said; what waits for the proof of who they are counts with it
        last: Answer | None = None
        for number, acts in enumerate(messages):
            said = [person.proof if one == PROVE else one for one in acts]
            now = {PROVE if one == PROVE else _name(one) for one in acts}
            heard |= now
            before, stopped = talk.changes(), _is_stopped(talk)
            verified = talk.conversation.is_verified(talk.clock.now())
            answer = talk.write(f"message {number}", *said)  # type: ignore[arg-type]
            problems = [
                *_of_words(talk, answer, last, stopped),
                *_of_money(talk, before, heard if PROVE in now else now, verified or PROVE in heard),
            ]
            assert not problems, "\n".join([str(problems), str(messages[number]), *talk.lines[-14:]])
            last = answer


def _name(one: object) -> str:
    if isinstance(one, str):
        return one
    return one.name if isinstance(one, Said) else name_of(one)  # type: ignore[arg-type]


def _is_stopped(talk: Talk) -> bool:
    with talk.session() as session:
        return contact.opted_out_since(session, talk.channel, talk.person.phone) is not None


def _of_words(talk: Talk, answer: Answer, last: Answer | None, stopped: bool) -> Iterator[str]:
    """They are answered, not twice in the same words, and nothing goes out that a hold forbids."""
    if not answer.responses and not stopped:
        yield "silence"
    if last is not None and answer.text == last.text and not answer.tags <= {"safety", "opt_out", "receipt", "hold"}:
        yield "the same message twice"
    held = [hold.kind for hold in talk.holds() if hold.debt_id is None]
    for kind in held:
        if answer.tags - HOLD_ALLOWS[kind.value]:
            yield f"{answer.tags - HOLD_ALLOWS[kind.value]} under {kind.value}"


def _of_money(talk: Talk, before: dict[str, int], heard: set[str], verified: bool) -> Iterator[str]:
    """What came about came about by an act that says so, from somebody who had proved who they are."""
    after = talk.changes()
    grown = {name for name, count in after.items() if count > before[name]}
    if grown - {"payment_requests"} and not heard & (YES | {"cancel_plan"}):
        yield f"{grown} without a yes"
    if "payment_requests" in grown and not heard & LINKS:
        yield "a link that nobody asked for"
    if grown and not verified:
        yield f"{grown} for somebody unknown"
    if grown & {"agreements", "payment_requests"} and any(hold.debt_id is None for hold in talk.holds()):
        yield f"{grown} under a hold"


@hypothesis.given(person=people, messages=talks, known=st.sampled_from([True, True, False]))
@hypothesis.settings(
    max_examples=1_000 if NEW else 30,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_any_talk_is_answered_and_agrees_to_nothing_by_itself(
    person: acting.Person, messages: list[list[Act | Said | str]], known: bool, filled: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    one_talk(filled, tmp_path_factory.getbasetemp() / "any.db", person, messages, known)
