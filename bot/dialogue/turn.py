"""One message and everything that a turn may touch while it is answered. Actions get it from `current()`.

Nothing here commits: the turn lives in the transaction of the claim. What waits for an answer (the open
question) is a row of ours and not a Rasa slot, so that no typed command can change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot import accounts, contact, identity
from bot.core import Session, Settings, UtcDateTime, metadata

dialogue_states = sa.Table(
    "dialogue_states",
    metadata,
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)


_FIGURES = frozenset({"amount", "percentage", "date", "count", "frequency"})


@dataclass(frozen=True)
class Matter:
    """One thing that a message says. `entities` and `vague` are the public dictionaries of the grammar, whose places
    count in `whole`, the message that it stood in.

    `caught_by` names what caught a matter of safety or law: a reviewed phrase, or the model. `needs_check` when the
    words may be a figure of speech.
    """

    intent: str
    confidence: float
    text: str
    entities: tuple[Mapping[str, Any], ...] = ()
    vague: tuple[Mapping[str, Any], ...] = ()
    caught_by: str | None = None
    needs_check: bool = False
    whole: str = ""

    def named(self, kind: str) -> Any:
        """The value of the first entity of a kind; None when there is none."""
        return next((entity.get("value") for entity in self.entities if entity["entity"] == kind), None)

    @property
    def names_figures(self) -> bool:
        """An amount, a day or a rhythm, whether certain or vague."""
        return bool(self.vague) or any(entity["entity"] in _FIGURES for entity in self.entities)

    def as_json(self) -> dict[str, Any]:
        """For `Matter(**data)` in a later turn."""
        return asdict(self)


def matters(parsed: Mapping[str, Any]) -> list[Matter]:
    """All that a parsed message is about, the most important first; at least one."""
    heard = parsed.get("intent") or {}
    alone = {
        "intent": heard.get("name") or "out_of_scope", "confidence": heard.get("confidence") or 0.0,
        "text": parsed.get("text") or "", "entities": parsed.get("entities") or (),
    }  # fmt: skip
    told = parsed.get("matters") or [alone]
    vague, whole = tuple(parsed.get("vague") or ()), parsed.get("text") or ""
    found = [
        Matter(
            m["intent"], float(m["confidence"]), m["text"], tuple(m["entities"]), vague, m.get("caught_by"), whole=whole
        )
        for m in told
    ]
    doubtful = bool(parsed.get("needs_check"))
    return [replace(found[0], caught_by=parsed.get("caught_by"), needs_check=doubtful), *found[1:]]


@dataclass(frozen=True)
class Question:
    """What we asked last and have no answer to.

    `again` is the response that puts it once more: it comes back once after a digression (`returned`), not for ever.
    """

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    again: str | None = None
    returned: bool = False


@dataclass
class State:
    """What a conversation remembers between two turns."""

    question: Question | None = None
    wanted: list[Mapping[str, Any]] = field(default_factory=list)
    """The matters that wait until we know who they are, or which debt they mean."""
    misses: int = 0
    asked_who: int = 0
    """How often we asked who they are without an answer."""
    refusals: int = 0
    """How often they turned down an offer without naming a figure."""
    debt_id: str | None = None
    """The debt that we are talking about."""
    together: list[str] = field(default_factory=list)
    """The debts that we are talking about as one, when there are several."""
    proposal: Mapping[str, Any] = field(default_factory=dict)
    """The last terms that they named or heard: "same as before"."""
    language_chosen: bool = False
    """They said which language they want: what they happen to write no longer changes it."""
    language_told: bool = False
    noted: list[str] = field(default_factory=list)
    """What they asked for beside the matter at hand; whoever takes over reads it."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> State:
        question = data.get("question")
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        return cls(**{**known, "question": Question(**question) if question else None})


@dataclass
class Turn:
    """`heard` is set by the first action; `says` are (response, values) in the order of speaking.

    `overheard` when a person owns the conversation: only safety and law are acted on, nothing else is answered.
    """

    session: Session
    settings: Settings
    conversation: contact.Conversation
    message: contact.InboxMessage
    now: datetime
    state: State = field(default_factory=State)
    overheard: bool = False
    parsed: Mapping[str, Any] = field(default_factory=dict)
    opening: Question | None = None
    """The question that was open when the message came."""
    heard: Matter | None = None
    also: list[Matter] = field(default_factory=list)
    says: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    comes_back: bool = False
    """The open question is to be put again when everything else is said."""
    switched: bool = False
    """The language changed in this turn."""
    failure: BaseException | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Where the verified debtor lives; the operator's zone for everybody else."""
        who = identity.who(self.session, self.conversation, self.now)
        return ZoneInfo(accounts.me(self.session, who).time_zone if who else self.settings.time_zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def matter(self) -> Matter:
        assert self.heard is not None, "an action ran before anything was heard"
        return self.heard

    def hear(self, parsed: Mapping[str, Any]) -> None:
        """What the NLU made of the message; a second action of the turn hears the next matter of it."""
        if self.heard is None:
            self.parsed, self.opening = parsed, self.state.question
            self.heard, *self.also = matters(parsed)
        elif self.also:
            self.heard = self.also.pop(0)

    def who(self) -> identity.Verified:
        """Raises identity.NotVerified, which asks for what is missing."""
        return identity.require(self.session, self.refreshed(), self.now)

    def is_verified(self) -> bool:
        return identity.who(self.session, self.refreshed(), self.now) is not None

    def refreshed(self) -> contact.Conversation:
        """The conversation as it is now: an action of this turn may have changed it."""
        self.conversation = contact.conversation(self.session, self.conversation.id)
        return self.conversation

    def say(self, response: str, **values: object) -> None:
        """`response` is a name of domain.yml. Money and dates are written in the debtor's language.

        It is about the debt that we talk about, so that a hold on another one does not stop it.
        """
        language = self.refreshed().language
        about = self.state.debt_id or " ".join(self.state.together)
        values = {"debt_id": about, **values} if about else values
        written = {key: contact.texts.written(value, language, self.today) for key, value in values.items()}
        self.says.append((response, written))

    def phrase(self, response: str, **values: object) -> str:
        """The text of a response as a part of another one: a frequency, an option in a list."""
        language = self.refreshed().language
        return contact.texts.render(response, language, values, today=self.today).text

    def ask(
        self,
        kind: str,
        response: str,
        data: Mapping[str, Any] | None = None,
        again: str | None = None,
        **values: object,
    ) -> None:
        """Say it, and wait for the answer: the one open question of this conversation. `again` asks it once more,
        without values of its own; it is `response` itself when that needs none."""
        self.say(response, **values)
        short = again or (response if not values else None)
        self.state.question = Question(kind, dict(data or {}), short)

    def has_just_said(self, response: str) -> bool:
        """It was in our last message: the same words again would help nobody."""
        lines = contact.said(self.session, self.conversation.id, last=1)
        return bool(lines) and response in lines[-1].responses

    def may_answer(self) -> bool:
        """The open question was put before this message: nobody can have answered a question of the same turn."""
        now, before = self.state.question, self.opening
        return now is not None and before is not None and (now.kind, now.data) == (before.kind, before.data)

    def ask_again(self) -> bool:
        """The open question comes back once after a digression, and after all other matters of the message.

        False when there is none to put.
        """
        question = self.state.question
        if question is None or question.returned or question.again is None:
            return False
        self.comes_back = bool(self.also)
        if self.comes_back:
            return True
        self.say(question.again)
        self.state.question = replace(question, returned=True)
        return True

    def answered(self) -> None:
        self.state.question = None
        self.state.misses = 0


_current: ContextVar[Turn | None] = ContextVar("parley_turn", default=None)


def current() -> Turn | None:
    """The turn that runs now in this process; None in a stand-alone action server."""
    return _current.get()


@contextmanager
def running(turn: Turn) -> Iterator[Turn]:
    token = _current.set(turn)
    try:
        yield turn
    finally:
        _current.reset(token)


def load_state(session: Session, conversation_id: str) -> State:
    query = sa.select(dialogue_states.c.state).where(dialogue_states.c.conversation_id == conversation_id)
    data = session.execute(query).scalar()
    return State.of(data) if data else State()


def save_state(session: Session, conversation_id: str, state: State, now: datetime) -> None:
    here = dialogue_states.c.conversation_id == conversation_id
    values = {"state": state.as_json(), "updated_at": now}
    if not session.execute(dialogue_states.update().where(here).values(**values)).rowcount:
        session.execute(dialogue_states.insert().values(conversation_id=conversation_id, **values))
