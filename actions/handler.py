"""What all actions share: one act at a time, its handler by the question that was open, and on to the next act.

`handles` registers a function for an act, or for an act as the answer to one kind of question; each act becomes a Rasa
action `action_<act>`, and `data/rules` leads from the act to it. A refusal that a room raises is said in its own words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from bot import contact, dialogue
from bot.core import Refusal
from bot.dialogue import Turn
from bot.dialogue.meaning.acts import Said

Handler = Callable[[Turn, Any], None]
H = TypeVar("H", bound=Callable[..., None])
ANYTHING = "*"
"""Whatever they say to that question."""
SMALL_TALK = frozenset(
    ["greet", "thanks", "goodbye", "accept", "refuse", "identify", "choose", "repeat", "help", "anger", "feedback",
     "out_of_scope", "unclear", "nothing"]
)  # fmt: skip
"""Said without meaning anything new: two misses around it are still two in a row."""
_HEARD = 0.5
_handlers: dict[tuple[str, str | None], Handler] = {}
_refusals: dict[type[Refusal], Callable[[Turn, Refusal], None]] = {}
_overheard: set[str] = set()
_instead: list[tuple[Callable[[Turn], bool], Handler]] = []


def handles(*acts: str, asked: tuple[str, ...] = (), overheard: bool = False) -> Callable[[H], H]:
    """Registers the handler of these acts; with `asked` only where one of these questions is open.

    `overheard`: safety and law, acted on even while a person owns the conversation.
    """

    def register(handler: H) -> H:
        for act in acts:
            for kind in asked or (None,):
                assert (act, kind) not in _handlers, f"two handlers for {act} to {kind}"
                _handlers[act, kind] = handler
            _action_of(act)
        _overheard.update(acts if overheard else ())
        return handler

    return register


def refuses(kind: type[Refusal]) -> Callable[[H], H]:
    """Registers what to do at a refusal that takes more than its words."""

    def register(handler: H) -> H:
        _refusals[kind] = handler
        return handler

    return register


def instead(takes: Callable[[Turn], bool]) -> Callable[[H], H]:
    """Registers what is done in place of everything else, whatever was asked, where `takes` says so of the act at hand."""

    def register(handler: H) -> H:
        _instead.append((takes, handler))
        return handler

    return register


def registered() -> frozenset[str]:
    """The acts that have a handler, for the check that rules and domain name just these."""
    return frozenset(act for act, _ in _handlers) - {ANYTHING}


class Responder(Action):
    """One act. Rasa calls `run`; which handler answers depends on the open question."""

    act: ClassVar[str] = ""

    def name(self) -> str:
        return f"action_{self.act}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """The last one says itself that it is the debtor's turn: no rule follows a followed-up action, nor one that no
        rule led to, as to what is in a message besides what was understood.
        """
        with dialogue.turn_of(tracker.sender_id, tracker.latest_message) as turn:
            turn.next()
            _act(turn)
            if not turn.queue and not turn.says and not turn.overheard and turn.said.name != "unclear":
                turn.then_plain("unclear")  # nobody is left in silence
            if turn.queue:
                return [FollowupAction(f"action_{turn.queue[0].name}")]
            _comes_last(turn)
            for response, values in turn.composed():
                dispatcher.utter_message(response=response, **values)
            return [FollowupAction("action_listen")]


_actions: dict[str, type[Responder]] = {}


def _action_of(act: str) -> None:
    """Rasa's SDK finds the actions of a package by their classes: one for each act."""
    if act != ANYTHING and act not in _actions:
        name = "Action" + "".join(word.title() for word in act.split("_"))
        _actions[act] = type(name, (Responder,), {"act": act, "__module__": __name__})


def _act(turn: Turn) -> None:
    taken = next((handler for takes, handler in _instead if takes(turn)), None)
    if taken is None and turn.overheard and turn.said.name not in _overheard:
        return
    misses, is_new = turn.state.misses, _is_new(turn.said)
    try:
        (taken or _handler(turn))(turn, turn.said.act)
    except Refusal as refusal:
        _refused(turn, refusal)
    if turn.state.misses == misses and is_new:
        turn.state.misses = 0


def _is_new(said: Said) -> bool:
    """Something that was really heard; what was hardly heard, or is asked about, leaves the misses as they are."""
    return said.name not in SMALL_TALK and not said.needs_check and said.confidence >= _HEARD


def _handler(turn: Turn) -> Handler:
    kind, name = turn.asked.kind if turn.asked is not None else None, turn.said.name
    if turn.said.needs_check:
        return _handlers.get(("check", kind)) or _handlers["check", None]
    for key in ((name, kind), (ANYTHING, kind), (name, None)):
        if key in _handlers and (key[0] != ANYTHING or kind is not None):
            return _handlers[key]
    return _handlers["unclear", None]


def _refused(turn: Turn, refusal: Refusal) -> None:
    handler = next((_refusals[kind] for kind in type(refusal).__mro__ if kind in _refusals), None)
    if handler is not None:
        handler(turn, refusal)
    else:
        if turn.said.name == "accept":
            turn.answered()  # what they said yes to cannot be had: the same question would lead here again
        turn.say(refusal.response, **refusal.values)


_OF_A_PERSON = frozenset(
    ["utter_handoff_on_the_way", "utter_handoff_still_waiting", "utter_handoff_waiting", "utter_law_representative_noted"]
)  # fmt: skip
_NEVER_TOLD = 99


def _comes_last(turn: Turn) -> None:
    """What was missed; that a person comes; the open question, new or once more where an answer came between; and once
    that we switched the language.
    """
    if turn.says and not turn.overheard and _is_missed(turn):
        turn.say("utter_dialogue_missed_waiting" if turn.waited else "utter_dialogue_missed", words=turn.meaning.missed)
    if turn.comes_back and turn.asked is not None:
        turn.ask_again()
    _tell_of_person(turn)
    turn.end_with_question()
    texts = contact.texts.load()
    is_gone = turn.known.opted_out or any(texts[name].tag == "opt_out" for name, _ in turn.says)
    if turn.switched and not turn.state.language_told and not is_gone:
        turn.state.language_told = True
        turn.say("utter_dialogue_language_switched")


def _is_missed(turn: Turn) -> bool:
    """A question of theirs, and not words of ours that they gave back. Beside the request for proofs it is not put: two
    requests at once help nobody.
    """
    words = turn.meaning.missed.rstrip("?… ").casefold()
    for_proofs = (
        not turn.is_verified and isinstance(turn.state.question, dialogue.questions.Identity) and turn.put in turn.says
    )
    if not words or for_proofs:
        return False
    return all(words not in line.text.casefold() for line in contact.said(turn.session, turn.conversation.id, last=2))


def _tell_of_person(turn: Turn) -> None:
    """Who waits hears once that somebody will write, in whatever words; again where we would only say the same."""
    urgent = any(name.startswith(("utter_safety", "utter_contact")) for name, _ in turn.says)
    is_stuck = turn.state.repeats > 0
    if not is_stuck and any(map(_tells_of_person, {name for name, _ in turn.says} | set(turn.state.responses))):
        turn.state.person_told = 0
    elif turn.known.case is None:
        turn.state.person_told = _NEVER_TOLD
    elif not urgent and turn.waited and turn.conversation.owner == contact.QUEUE and turn.says and (is_stuck or turn.state.person_told):
        turn.state.person_told = 0
        turn.say("utter_handoff_on_the_way")


def _tells_of_person(response: str) -> bool:
    """That a colleague will write, in whatever words; after a danger it is told once more."""
    told = contact.texts.load().get(response)
    return response in _OF_A_PERSON or told is not None and told.tag in ("hold", "handoff") and "person_asked" in told.requires
