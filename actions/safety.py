"""Safety and law: acted on at once, in any state, verified or not. The hold comes first, the words after it.

Words that may mean something else are asked about first: `doubts`.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from actions import holds
from actions.handler import ANYTHING, handles
from bot import accounts, contact, handoff
from bot.contact import HoldKind
from bot.core import record
from bot.dialogue import Turn, effects, meant, questions
from bot.dialogue.effects import IN_DANGER, STOPS
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Act, AskAbout, Identify, Plain, Said
from bot.dialogue.meaning.order import QUESTIONS, SOMEBODY_ELSE
from bot.dialogue.turn import proves
from bot.handoff import Reason


@handles(*STOPS, overheard=True)
def stop(turn: Turn, act: Plain) -> None:
    """Crisis, abuse, bankruptcy, attorney, death, identity theft, service, complaint, helper, lawsuit, privacy."""
    record(turn.session, "SafetyCaught", subject=turn.conversation.id, now=turn.now, actor="debtor",
           data={"intent": act.name, "caught_by": turn.said.caught_by, "message": turn.message.id})  # fmt: skip
    what, knew = STOPS[act.name], holds.helper_holds(turn)
    about = effects.concerned(turn, what.hold, act.debts) if what.hold is not None else None
    if what.hold is not None:
        effects.hold(turn, what.hold, act.name, act.debts)
    rest = [one for one in turn.queue if _goes_on_beside(turn, one, act, about)]
    rest += _asked_in_writing(turn) if act.name == "complaint" else []
    effects.take_effect(turn)
    if act.name in SOMEBODY_ELSE:
        contact.clear_verified(turn.session, turn.conversation.id, turn.now)
    effects.open_case(turn, what.reason)
    if act.name == "third_party" and not turn.overheard:
        _help_them_write(turn, said_before=bool(knew))
        return
    _only_this(turn)
    if not (turn.overheard and act.name == "abuse_or_coercion" and turn.has_just_said(what.response)):
        turn.say(what.response, company=turn.settings.company, **_lines(turn, act.name))
    if what.hold in _STOOD_FOR and not turn.overheard:
        _ask_who_stands_for_them(turn, what.hold)
    if act.name == "complaint":
        _say_what_it_holds(turn, about)
    if act.name in ("attorney", "complaint"):
        _other_accounts_go_on(turn, about, rest)


def _goes_on_beside(turn: Turn, said: Said, act: Plain, about: accounts.Debt | None) -> bool:
    """A wish for an account that a lawyer or a complaint has nothing to do with; beside a complaint also what they ask."""
    if act.name == "complaint" and turn.is_verified and said.name in QUESTIONS and not said.needs_check:
        return True
    places, its = getattr(said.act, "debts", None), set(meant.places(turn, act.debts))
    if about is not None:
        its = {turn.known.debts.index(about) + 1}
    is_of_one = act.name in ("attorney", "complaint") and bool(its)
    return is_of_one and isinstance(places, tuple) and not set(places) & its


def _asked_in_writing(turn: Turn) -> list[Said]:
    """A wish for proof beside a complaint is written down without a word: they hear how the answer comes."""
    wishes = [one for one in turn.queue if one.name == "request_validation" and not one.needs_check]
    return [replace(one, act=AskAbout(about="documents")) for one in wishes[:1] if turn.is_verified]


def _say_what_it_holds(turn: Turn, about: accounts.Debt | None) -> None:
    """A complaint of one account holds that one, one of us holds all of it."""
    if turn.overheard or about is None:
        turn.say("utter_law_complaint_holds_all")
    else:
        turn.reload()
        name = "utter_law_complaint_holds_only" if holds.leaves_others(turn, about) else "utter_law_complaint_holds"
        turn.say(name, account=meant.account(turn, about), debt_id=about.id)


def _other_accounts_go_on(turn: Turn, about: accounts.Debt | None, rest: list[Said]) -> None:
    turn.reload()
    if about is not None and not turn.overheard and turn.said.name == "attorney":
        holds.say_what_goes_on(turn, about)
    turn.queue = rest


_OPEN_TO_HELPERS = frozenset({"sees", "liable", "jail", "immigration"})
"""What somebody who helps may ask: nothing private stands in the answer."""


def _help_them_write(turn: Turn, *, said_before: bool) -> None:
    """Proofs that came along are read: then the person themselves is asked whether somebody may type for them, and what
    they want waits for the yes. What a helper may hear is answered.
    """
    proofs = [one for one in turn.queue if proves(one.act)]
    wanted = [one for one in turn.queue if one not in proofs and one.name not in {*STOPS, *effects.DISPUTES}]
    asked = [one for one in turn.queue if isinstance(one.act, AskAbout) and one.act.about in _OPEN_TO_HELPERS]
    _only_this(turn)
    turn.queue = [*proofs, *wanted] if proofs else asked
    if not proofs:
        turn.say("utter_safety_third_party_again" if said_before else "utter_safety_third_party")


def _lines(turn: Turn, name: str) -> dict[str, str]:
    """Whom they can call where they are."""
    if name != "crisis":
        return {}
    return contact.crisis.values(turn.session, turn.conversation, our_phone=turn.settings.company_phone)


_STOOD_FOR = (HoldKind.DECEASED, HoldKind.ATTORNEY)


def _ask_who_stands_for_them(turn: Turn, kind: HoldKind) -> None:
    """Once. The words about an attorney ask for it themselves."""
    held = contact.holds_over(turn.session, contact.conversation(turn.session, turn.conversation.id), turn.now)
    if any(hold.kind is kind and "representative" in hold.given for hold in held):
        return
    question = questions.Representative(of=kind.value)
    if kind is HoldKind.DECEASED:
        turn.ask(question, "utter_law_ask_representative")
    else:
        turn.state.question = question


_NAMES_SOMEBODY = frozenset(
    ["identify", "deceased", "attorney", "third_party", "unclear", "out_of_scope", "update_contact",
     "contact_preference"]
)  # fmt: skip
"""What an answer is heard as: it is a name, a telephone number, a relation, in any words."""
_ASKED_FOR = 3
"""Messages of theirs among which the answer may be."""


@handles(ANYTHING, "check", asked=("representative",))
def representative(turn: Turn, act: Act) -> None:
    """Whoever stands for them is kept for the person who takes it. What is no answer goes its own way."""
    assert isinstance(turn.asked, questions.Representative)
    kind, said = HoldKind(turn.asked.of), [turn.said, *turn.queue]
    words = " ".join(dict.fromkeys(one.words.strip() for one in said))
    if not _names_somebody(said, words, kind):
        put = turn.asked.put + 1
        turn.state.question = msgspec.structs.replace(turn.asked, put=put) if put <= _ASKED_FOR else None
        turn.queue.insert(0, turn.said)
        return
    about = {place for one in said for place in meant.places(turn, getattr(one.act, "debts", None))}
    debts = meant.named(turn, tuple(sorted(about)))
    narrowed = effects.narrow(turn, kind, debts)
    contact.note_representative(turn.session, turn.conversation, kind, words, turn.now)
    turn.answered()
    turn.queue.clear()
    turn.say("utter_law_representative_noted")
    if narrowed:
        holds.say_what_goes_on(turn, debts[0])


def _names_somebody(said: list[Said], words: str, kind: HoldKind) -> bool:
    proves = any(isinstance(one.act, Identify) and (one.act.date_of_birth or one.act.reference) for one in said)
    if proves or sum(map(str.isalpha, words)) < 2:
        return False
    if said[0].name == "talk_to_human":  # "Ben Ortiz, 404 555 0133"
        return sum(map(str.isdigit, words)) >= 7 or "@" in words
    is_of_them = kind is HoldKind.DECEASED or said[0].name not in STOPS or said[0].name == kind.value
    return said[0].name in _NAMES_SOMEBODY and is_of_them


@handles("cease_contact", overheard=True)
def cease(turn: Turn, act: Plain) -> None:
    """No contact on any channel, or a written refusal to pay (12 CFR 1006.6(c)): more than a STOP, which ends one."""
    effects.hold(turn, HoldKind.CEASE, act.name)
    effects.take_effect(turn)
    effects.open_case(turn, Reason.CEASE)
    _only_this(turn)
    turn.say(effects.ceased(turn), company=turn.settings.company)


@handles("threat", overheard=True)
def threat(turn: Turn, act: Plain) -> None:
    """Threatens staff: no negotiation, a person at once."""
    effects.open_case(turn, Reason.THREAT)
    _only_this(turn)
    turn.say("utter_handoff_threat")


@handles(ANYTHING, asked=("safe",))
def is_not_well(turn: Turn, act: Act) -> None:
    """Anything but a clear yes gets a person, whatever else the message is about; after a mere leaning the second time."""
    if any(said.name == "is_well" for said in turn.queue):
        turn.queue = [said for said in turn.queue if said.name != "is_well"] + [turn.said]
        turn.then(next(said.act for said in turn.meaning.said if said.name == "is_well"))
        return
    if _asked_on_a_leaning(turn):
        _ask_once_more(turn)
        return
    effects.hold(turn, HoldKind.CRISIS, "crisis")
    effects.open_case(turn, Reason.CRISIS)
    _only_this(turn)
    turn.say("utter_safety_crisis", company=turn.settings.company, **_lines(turn, "crisis"))


_NO_SECOND_TIME = frozenset({*IN_DANGER, "is_not_well", "refuse", "talk_to_human", "opt_out", "cease_contact"})


def _asked_on_a_leaning(turn: Turn) -> bool:
    """Whoever only told a long story passes over the question: that is no reason yet to stop everything."""
    asked = turn.asked
    assert isinstance(asked, questions.Safe)
    return asked.leaning and asked.put == 1 and turn.said.name not in _NO_SECOND_TIME


def _ask_once_more(turn: Turn) -> None:
    """Until there is an answer nothing else is asked for; what they said meanwhile waits with the rest."""
    assert isinstance(turn.asked, questions.Safe)
    rest = (*turn.asked.rest, packing.pack(turn.said), *(packing.pack(said) for said in turn.queue))
    turn.queue.clear()
    turn.state.question = msgspec.structs.replace(turn.asked, rest=rest, put=2)
    turn.say("utter_safety_check_again")


@handles("is_not_well")
def not_well(turn: Turn, act: Act) -> None:
    turn.then_plain("crisis")


@handles("is_well")
def all_right(turn: Turn, act: Act) -> None:
    turn.then_plain("thanks")


def _only_this(turn: Turn) -> None:
    """One answer is enough: whoever takes it sees the rest of the message."""
    turn.answered()
    turn.queue.clear()
    turn.state.waiting = []


@handles("opt_out", overheard=True)
def opt_out(turn: Turn, act: Plain) -> None:
    """No more messages on this channel; on none, where they refuse to pay or want no contact in the same breath."""
    effects.opt_out(turn)
    turn.answered()
    if any(said.name == "cease_contact" and not said.needs_check for said in turn.queue):
        turn.then_plain("cease_contact")
        return
    effects.take_effect(turn)
    if turn.queue:
        effects.open_case(turn, handoff.Reason.REQUEST)
    _only_this(turn)
    turn.say(effects.opted_out(turn), company=turn.settings.company)


@handles("opt_in")
def opt_in(turn: Turn, act: Plain) -> None:
    """They want to be written to again; what was open still is."""
    talk = turn.conversation
    contact.opt_in(turn.session, talk.channel, talk.address, source=turn.message.id, now=turn.now)
    turn.say("utter_contact_opted_in", company=turn.settings.company)
    turn.reload()
    if not turn.ask_again() and not turn.is_verified:
        turn.then_plain("ask_who")


@handles("wrong_person", overheard=True)
def wrong_person(turn: Turn, act: Plain) -> None:
    """The number belongs to somebody else: nobody is behind it any more, and nothing is asked."""
    talk = turn.conversation
    contact.clear_verified(turn.session, talk.id, turn.now)
    contact.remove_address(turn.session, talk.channel, talk.address, turn.now, is_anothers=True)
    effects.opt_out(turn)
    _only_this(turn)
    turn.say(effects.wrong_person(turn))
