"""One message and everything that a turn may touch while it is answered. Actions get it from `current()`.

Nothing here commits: the turn lives in the transaction of the claim. `known` was loaded once and is loaded again only
when an action changed who they are; `said` is the act at hand, `queue` those that come after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from bot import accounts, contact, identity
from bot.core import Session, Settings, in_brief
from bot.dialogue import composing
from bot.dialogue import known as knowing
from bot.dialogue.known import Known
from bot.dialogue.meaning.acts import Act, Identify, Meaning, Plain, Said
from bot.dialogue.meaning.order import ALARMS, DISPUTES, IN_DANGER, QUESTIONS
from bot.dialogue.questions import Accept, Choice, Question
from bot.dialogue.state import State

NAME, SIDE_BY_SIDE, NAMES = 40, 24, 72
"""Letters of a creditor's name in a message; of one beside others; of all of them together."""


@dataclass
class Turn:
    """`says` are (response, values) in the order of speaking.

    `overheard` when a person owns the conversation: only safety and law are acted on, nothing else is answered.
    """

    session: Session
    settings: Settings
    message: contact.InboxMessage
    known: Known
    meaning: Meaning
    overheard: bool = False
    queue: list[Said] = field(default_factory=list)
    says: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    opening: Question | None = None
    """The question that was open when the message came."""
    at: Said | None = None
    comes_back: bool = False
    """The open question is to be put again when everything else is said."""
    put: tuple[str, dict[str, str]] | None = None
    """What put the question that is open now, where this turn put it: it is said last."""
    waited: bool = False
    """They wait for a person already when this message comes."""
    switched: bool = False
    """The language changed in this turn."""
    was_proof: bool = False
    """What nobody could make anything of was the account number that had been asked for."""
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        self._operator = self.settings
        self.settings = self._voice()
        self.queue, self.opening = list(self.meaning.said), self.state.question
        if self.known.who is None and not any(_is_graver(one) for one in self.queue):
            self.queue.sort(key=lambda one: not proves(one.act))  # who they are first, then what they ask
        if isinstance(self.opening, Accept):
            self.queue = _yes_before_questions(self.queue)
        if not self.is_verified:
            self.queue = _without_proofs(self.message.text, self.queue)
        if contact.masking.was_withheld(self.message.text):
            self.queue.insert(0, Said(Plain(name="withheld"), self.message.text))
        self.waited = self.known.case is not None and self.conversation.owner == contact.QUEUE

    @property
    def conversation(self) -> contact.Conversation:
        return self.known.conversation

    @property
    def state(self) -> State:
        return self.known.state

    @property
    def now(self) -> datetime:
        return self.known.now

    @property
    def zone(self) -> ZoneInfo:
        """Where the verified debtor lives; the operator's zone for everybody else."""
        return self.known.zone

    @property
    def today(self) -> date:
        return self.known.today

    @property
    def said(self) -> Said:
        assert self.at is not None, "an action ran before anything was heard"
        return self.at

    @property
    def asked(self) -> Question | None:
        """The open question, where it was put before this message: nobody answers a question of the same turn."""
        return self.state.question if self.state.question is self.opening else None

    def next(self) -> Said:
        self.at = self.queue.pop(0)
        return self.at

    def then(self, *acts: Act) -> None:
        """Go on with these, before whatever else the message holds."""
        self.queue[:0] = [replace(self.said, act=act, caught_by=None, needs_check=False) for act in acts]

    def then_plain(self, *names: str) -> None:
        """Go on as if they had said just that."""
        self.then(*(Plain(name=name) for name in names))

    def who(self) -> identity.Verified:
        """Raises identity.NotVerified, which asks for what is missing."""
        if self.known.who is None:
            raise identity.NotVerified
        return self.known.who

    @property
    def is_verified(self) -> bool:
        return self.known.who is not None

    def reload(self) -> None:
        """An action of this turn has changed who they are, what they owe or who answers."""
        talk = contact.conversation(self.session, self.conversation.id)
        self.known = knowing.load(self.session, self.settings, talk, self.state, self.now)
        self.settings = self._voice()

    def _voice(self) -> Settings:
        behind = tuple(party.id for party in self.known.at_address)
        return accounts.speaking(self.session, self._operator, self.conversation, behind)

    def say(self, response: str, **values: object) -> tuple[str, dict[str, str]]:
        """`response` is a name of domain.yml. Money and dates are written in the debtor's language; so they come back.

        It is about the debts that we talk about, or what it invites to about those that are free, so that a hold on
        another one does not stop it.
        """
        invites = response in contact.texts.load() and contact.texts.load()[response].asks
        about = " ".join(debt.id for debt in self.known.talking_of or (self.known.free if invites else ()))
        values = {"debt_id": about, **values} if about else values
        language = self.conversation.language
        written = {key: contact.texts.written(value, language, self.today) for key, value in values.items()}
        if (response, written) not in self.says:
            self.says.append((response, written))
        return response, written

    def phrase(self, response: str, **values: object) -> str:
        """The text of a response as a part of another one: a frequency, an option in a list; in the operator's own words
        for paying less, where they are others.
        """
        talk, other = self.conversation, f"{response}_{self.settings.settlement_words}"
        name = other if other in contact.texts.load() else response
        return contact.texts.render(name, talk.language, values, today=self.today, channel=talk.channel,
                                    says_tu=self.state.says_tu).text  # fmt: skip

    def ask(self, question: Question, response: str, **values: object) -> None:
        """Say it, and wait for the answer: the one open question of this conversation.

        `question.again` puts it once more; it is `response` itself when that needs no values.
        """
        before, self.put = self.put, self.say(response, **values)
        if self._takes_the_place(question) and before in self.says and before != self.put:
            self.says.remove(before)
        self.state.moved = False
        self._remember(question)
        short = question.again or (response if not values else None)
        self.state.question = msgspec.structs.replace(question, again=short)

    def _takes_the_place(self, question: Question) -> bool:
        """Terms that wait for a yes, or choices, put in this turn in the place of others: only one of them can wait."""
        was = self.state.question
        return was is not self.opening and isinstance(was, _OFFERS) and isinstance(question, _OFFERS)

    def _remember(self, question: Question) -> None:
        """Offers that are read now can be named later, whatever is asked by then."""
        read = [list(group) for group in knowing.offers_of(question)]
        self.state.offers_read = [*(one for one in self.state.offers_read if one not in read), *read][-_READ:]

    def has_just_said(self, response: str) -> bool:
        """It was in our last message: the same words again would help nobody."""
        return response in self.state.responses

    def ask_again(self) -> bool:
        """The open question comes back once after a digression, and after all other matters of the message; one that
        was put in this turn comes last as it is.

        False when there is none to put.
        """
        question = self.state.question
        if question is not None and question is not self.opening and self.put in self.says:
            return True
        if question is None or question.put > 1 or question.again is None:
            return False
        self.comes_back = bool(self.queue)
        if self.comes_back:
            return True
        self.put = self.say(question.again, **question.values)
        self.state.question = self.opening = msgspec.structs.replace(question, put=question.put + 1)
        return True

    def end_with_question(self) -> None:
        """What puts the open question goes last."""
        if self.put is not None and self.put in self.says and self.state.question is not None:
            self.says.remove(self.put)
            self.says.append(self.put)

    def composed(self) -> list[tuple[str, dict[str, str]]]:
        """What is said, in the order of speaking and with the form of each."""
        waits = self.put if self.state.question is not None else None
        parts = [
            composing.part(one[0], one[1], self.conversation, self.today,
                           is_put=one == waits, is_again=self.has_just_said(one[0]), says_tu=self.state.says_tu)
            for one in self.says
        ]  # fmt: skip
        return [
            (one.response, {**one.values, **({composing.FORM: one.form} if one.form != "whole" else {})})
            for one in composing.composed(parts)
        ]

    def name_of(self, debt: accounts.Debt, beside: int = 1) -> str:
        """What they know its creditor as, short enough for a message; shorter where it is one of several."""
        return in_brief(self.settings.name_of(debt.client), NAME if beside < 2 else min(SIDE_BY_SIDE, NAMES // beside))

    def answered(self) -> None:
        self.state.question = None
        self.state.misses = 0
        self.state.moved = False

    def talk_of(self, debts: tuple[accounts.Debt, ...]) -> None:
        """From here on the talk is about these."""
        self.state.debts = [debt.id for debt in debts]

    def values(self) -> Mapping[str, str]:
        """What every text may name: the company and its telephone, and what the open question names."""
        named = self.state.question.values if self.state.question is not None else {}
        return {"company": self.settings.company, "phone": self.settings.company_phone, **named}


def _is_graver(said: Said) -> bool:
    """Acted on before a proof in the same message: what is certain, and any danger. A dispute is placed on the account
    that they name once the proof is read, and a doubt is asked of whom we know.
    """
    if said.name in IN_DANGER:
        return True
    return said.name in ALARMS - DISPUTES and not said.needs_check


def proves(act: Act) -> bool:
    """More than a name."""
    return isinstance(act, Identify) and act != Identify(name=act.name)


def _yes_before_questions(queue: list[Said]) -> list[Said]:
    """ "Yes. When is the first one?": what they agree to is set up, and the question is about that then."""
    agreed = [one for one in queue if one.name == "accept"]
    asked = [place for place, one in enumerate(queue) if one.name in QUESTIONS]
    if not agreed or not asked:
        return queue
    rest = [one for one in queue if one.name != "accept"]
    return [*rest[: asked[0]], *agreed, *rest[asked[0] :]]


_OFFERS = (Accept, Choice)
_READ = 8
"""So many of the offers that were read are remembered."""
_current: ContextVar[Turn | None] = ContextVar("parley_turn", default=None)


def current() -> Turn | None:
    """The turn that runs now in this process; None in a stand-alone action server."""
    return _current.get()


def _without_proofs(text: str, said: Sequence[Said]) -> list[Said]:
    """The same, in words that may be kept with a dispute or a case: without a birth date and ZIP code said beside it."""
    proofs = [one.act for one in said if isinstance(one.act, Identify)]
    born = [day for act in proofs for day in (act.date_of_birth, act.other_date_of_birth) if day is not None]
    postcode = next((act.postcode for act in proofs if act.postcode), None)
    code = next((act.code for act in proofs if act.code), None)
    kept = contact.masking.proofs.unquoted(text, [one.words for one in said], born, postcode, code)
    return [replace(one, words=words) for one, words in zip(said, kept)]


@contextmanager
def running(turn: Turn) -> Iterator[Turn]:
    token = _current.set(turn)
    try:
        yield turn
    finally:
        _current.reset(token)
