"""A Rasa tracker store whose cost does not grow with the conversation.

All events stay in `tracker_events`. Now and then a checkpoint keeps what they add up to (slots, active loop,
paused); a turn reads that and the few events after it. The checkpoint enters the tracker as an unsaved prefix, so
that copying and replaying the tracker, which Rasa does for every action, sees one consistent short history.

Reads and writes happen in the transaction of the running turn, and their errors reach it: Rasa's own wrapper
answers a failed read with an empty conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.core import Session
from bot.dialogue.tables import tracker_checkpoints, tracker_events
from bot.dialogue.turn import current

KEEP_TURNS, MOVE_AFTER = 4, 12
"""A checkpoint leaves the last 4 turns in the tail (forms and fallbacks look back 3), and moves when there are 12."""


class TailTrackerStore(TrackerStore):
    """Works only inside a running turn; `current()` gives the transaction."""

    def __init__(self, domain: Domain | None = None, event_broker: Any = None, **_: Any) -> None:
        super().__init__(domain, event_broker)
        self._loaded: dict[str, int] = {}

    @property
    def domain(self) -> Domain:
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        self._domain = domain or Domain.empty()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        session = _session()
        checkpoint = _checkpoint(session, sender_id)
        after = checkpoint.event_number if checkpoint else 0
        tail = [Event.from_parameters(json.loads(data)) for _, data in _rows(session, sender_id, after)]
        if not tail and not checkpoint:
            return None
        prefix = list(_prefix(json.loads(checkpoint.state))) if checkpoint else []
        return self._tracker(sender_id, [*prefix, *(event for event in tail if event is not None)])

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        rows = _rows(_session(), conversation_id, 0)
        events = [Event.from_parameters(json.loads(data)) for _, data in rows]
        return self._tracker(conversation_id, [event for event in events if event is not None]) if events else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        session = _session()
        known = self._loaded.get(tracker.sender_id, 0)
        fresh = list(tracker.events)[known:]
        if fresh:
            rows = [_row(tracker.sender_id, event) for event in fresh]
            session.execute(tracker_events.insert(), rows)
        self._loaded[tracker.sender_id] = len(tracker.events)
        _move_checkpoint(session, tracker, self.domain)

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Nothing: there is no broker; others read our tables."""

    def _tracker(self, sender_id: str, events: list[Event]) -> DialogueStateTracker:
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)
        self._loaded[sender_id] = len(tracker.events)
        return tracker

    def forget(self, sender_id: str) -> None:
        """After a turn, however it ended: the next one counts from what the database holds."""
        self._loaded.pop(sender_id, None)


def _session() -> Session:
    turn = current()
    assert turn is not None, "the tracker store works inside a turn only"
    return turn.session


def _checkpoint(session: Session, sender_id: str) -> Any:
    query = sa.select(tracker_checkpoints).where(tracker_checkpoints.c.conversation_id == sender_id)
    return session.execute(query).first()


def _rows(session: Session, sender_id: str, after: int) -> list[tuple[int, str]]:
    query = (
        sa.select(tracker_events.c.number, tracker_events.c.data)
        .where(tracker_events.c.conversation_id == sender_id, tracker_events.c.number > after)
        .order_by(tracker_events.c.number)
    )
    return [(row.number, row.data) for row in session.execute(query)]


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "conversation_id": sender_id, "type": event.type_name, "at": float(event.timestamp),
        "data": json.dumps(data, ensure_ascii=False),
    }  # fmt: skip


def _prefix(state: dict[str, Any]) -> Iterable[Event]:
    for name, value in state["slots"].items():
        yield SlotSet(name, value)
    if state["active_loop"]:
        yield ActiveLoop(state["active_loop"])
    if state["paused"]:
        yield ConversationPaused()
    yield ActionExecuted(ACTION_LISTEN_NAME)


def _move_checkpoint(session: Session, tracker: DialogueStateTracker, domain: Domain) -> None:
    turns = sum(isinstance(event, UserUttered) for event in tracker.events)
    if turns < MOVE_AFTER:
        return
    query = (
        sa.select(tracker_events.c.number)
        .where(tracker_events.c.conversation_id == tracker.sender_id, tracker_events.c.type == "user")
        .order_by(tracker_events.c.number.desc())
        .limit(KEEP_TURNS)
    )
    number = min(session.execute(query).scalars()) - 1
    before = len(tracker.events) - len(_rows(session, tracker.sender_id, number))
    past = DialogueStateTracker.from_events(
        tracker.sender_id, list(tracker.events)[:before], domain.slots, domain=domain
    )
    state = {
        "slots": {name: slot.value for name, slot in past.slots.items() if slot.value != slot.initial_value},
        "active_loop": past.active_loop_name,
        "paused": past.is_paused(),
    }
    here = tracker_checkpoints.c.conversation_id == tracker.sender_id
    values = {"event_number": number, "state": json.dumps(state, ensure_ascii=False)}
    if not session.execute(tracker_checkpoints.update().where(here).values(**values)).rowcount:
        session.execute(tracker_checkpoints.insert().values(conversation_id=tracker.sender_id, **values))
