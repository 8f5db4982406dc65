"""What a conversation remembers between two turns: a row of ours, so that no typed command can change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot import contact
from bot.core import Session, UtcDateTime, metadata, upsert
from bot.dialogue import questions

dialogue_states = sa.Table(
    "dialogue_states",
    metadata,
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)
_TAKEN_UP_WITHIN = timedelta(days=1)
_OPEN_ENDED = (questions.Menu, questions.Else, questions.Rating)
"""What nothing waits for: silence is an answer."""


@dataclass
class State:
    """`waiting` are packed acts that wait until we know who they are, or which debt they mean; `debts` those that the
    talk is about; `wishes` the last terms that they named or heard, for each debt ("same as before").
    """

    question: questions.Question | None = None
    waiting: list[dict[str, Any]] = field(default_factory=list)
    pending: dict[str, Any] | None = None
    """The question that `waiting` answers: it is open again when we know who they are."""
    debts: list[str] = field(default_factory=list)
    wishes: dict[str, Any] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)
    """What they themselves have named of a plan so far, for each debt or for all of them: it stays until they say
    otherwise, drop it, or agree."""
    named_before: dict[str, Any] = field(default_factory=dict)
    """The same before they last changed the amount or the rhythm ("what I said before")."""
    offers_read: list[list[str]] = field(default_factory=list)
    """The choices and offers that were read to them, each as the ids of its offers; the newest last."""
    terms_told: list[str] = field(default_factory=list)
    """What they asked about terms and have heard, "least" or "longest": it does not come again beside their figures."""
    misses: int = 0
    asked_who: int = 0
    """How often we asked who they are without an answer."""
    refusals: int = 0
    """How often they turned down an offer without naming a figure."""
    said: list[str] = field(default_factory=list)
    """Hashes of what we said last, the newest last."""
    responses: list[str] = field(default_factory=list)
    """The names of what we answered last."""
    ended: list[str] = field(default_factory=list)
    """With which response, and with which figures in it, our last two messages ended."""
    person_told: int = 99
    """0 once they have heard that a person will write."""
    repeats: int = 0
    """How often in a row we would have said the same."""
    language_chosen: bool = False
    """They said which language they want: what they happen to write no longer changes it."""
    language_told: bool = False
    says_tu: bool = False
    """In Spanish they say tú to us, and hear it; else usted."""
    address_chosen: bool = False
    """They asked for one of the two: what they happen to write no longer changes it."""
    noted: list[str] = field(default_factory=list)
    """What they asked for beside the matter at hand; whoever takes over reads it."""
    denied: list[str] = field(default_factory=list)
    """Acts that we asked about and that they did not mean: a mere doubt is not put to them again."""
    hardship_told: bool = False
    """They told us why money is short, and heard that we heard it."""
    moved: bool = False
    """The question came from another channel of theirs and has not been put here yet."""
    by_hand: str = ""
    """The id of the newest offer of a person that waits for their yes: it is put once."""
    given: dict[str, str] = field(default_factory=dict)
    """A name or a reference that they gave before we knew them, as typed."""

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "question": questions.dump(self.question)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> State:
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        return cls(**{**known, "question": questions.load(data.get("question"))})


def load_state(session: Session, conversation_id: str) -> State:
    query = sa.select(dialogue_states.c.state).where(dialogue_states.c.conversation_id == conversation_id)
    data = session.execute(query).scalar()
    return State.of(data) if data else State()


def load_story(session: Session, talk: contact.Conversation, now: datetime) -> tuple[State, State | None]:
    """Of this conversation; and, of a verified person, of the other one of theirs in which they talked last, where that
    was after they talked here.
    """
    if not talk.is_verified(now) or talk.party_id is None:
        return load_state(session, talk.id), None
    theirs = sa.or_(
        dialogue_states.c.conversation_id == talk.id,
        dialogue_states.c.conversation_id.in_(contact.talks_of(talk.party_id)),
    )
    query = sa.select(dialogue_states.c.conversation_id, dialogue_states.c.state).where(theirs)
    own, newest = None, None
    for row in session.execute(query.order_by(dialogue_states.c.updated_at.desc())):
        if row.conversation_id == talk.id:
            own = State.of(row.state)
            break
        newest = newest or State.of(row.state)
    return own or State(), newest


def asked_if_safe(session: Session, since: datetime, until: datetime) -> list[tuple[str, str]]:
    """(conversation, what made us ask) where that question is open, and was put or last talked about in that time."""
    states = dialogue_states.c
    kind, doubt = (states.state["question"][key].as_string() for key in ("kind", "doubt"))
    query = sa.select(states.conversation_id, doubt).where(kind == "safe", states.updated_at.between(since, until))
    return [(row[0], row[1] or "crisis") for row in session.execute(query)]


def newest_elsewhere(session: Session, talk: contact.Conversation, since: datetime | None) -> State | None:
    """What the others of this person's conversations left last; only what is newer than `since`."""
    if talk.party_id is None:
        return None
    others = sa.and_(
        dialogue_states.c.conversation_id != talk.id,
        dialogue_states.c.conversation_id.in_(contact.talks_of(talk.party_id)),
        dialogue_states.c.updated_at > since if since is not None else sa.true(),
    )
    query = sa.select(dialogue_states.c.state).where(others).order_by(dialogue_states.c.updated_at.desc()).limit(1)
    data = session.execute(query).scalar()
    return State.of(data) if data else None


def asked_of(session: Session, party_id: str, now: datetime) -> bool:
    """Whether a question is open, or an act waits, in any conversation of this person. What they may choose from, and
    "anything else?", is over when nobody took it up for a day.
    """
    theirs = dialogue_states.c.conversation_id.in_(contact.talks_of(party_id))
    for row in session.execute(sa.select(dialogue_states).where(theirs)):
        state, is_over = State.of(row.state), now - row.updated_at >= _TAKEN_UP_WITHIN
        if state.waiting or not (state.question is None or is_over and isinstance(state.question, _OPEN_ENDED)):
            return True
    return False


def save_state(session: Session, conversation_id: str, state: State, now: datetime) -> None:
    values = {"conversation_id": conversation_id, "state": state.as_json(), "updated_at": now}
    upsert(session, dialogue_states, values)
