"""What people ask of the record and of us: whose it is, how old, what we got from them, what a word of ours means, what
they need to be known. Each answer is made of what is so; where nothing private stands in it, whoever asks hears it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time

from babel.dates import format_date, format_time, get_day_names

from actions.say import go_on
from bot import accounts, contact, identity, payments
from bot.core import opening
from bot.dialogue import Turn, effects, meant, questions
from bot.dialogue.meaning import jargon
from bot.dialogue.meaning.acts import AskAbout

MOST_AT_ONCE = 2
"""Accounts, disputes and the like that one answer speaks of."""
_LOCALES = {"en": "en_US", "es": "es_US"}
_STARTS = "RF-17"
"""The rule that says how many messages we start."""
_MEANS_OF_A_LINE = {
    "utter_contact_mini_miranda": "notice_line",
    "utter_contact_collector": "notice_line",
    "utter_negotiation_read_back": "offer",
    "utter_negotiation_countered": "offer",
    "utter_negotiation_countered_again": "offer",
    "utter_negotiation_better": "offer",
    "utter_negotiation_final": "offer",
    "utter_negotiation_options": "choices",
    "utter_negotiation_several_options": "choices",
    "utter_identity_code_sent": "code",
}
"""What a whole message of ours meant, by its response."""


def _about(turn: Turn, act: AskAbout) -> tuple[accounts.Debt, ...]:
    """Those that they name, that we talk about, or all of a few. Raises NotVerified, NothingOwed or SeveralDebts."""
    turn.who()
    chosen = meant.named(turn, act.debts) or turn.known.talking_of or turn.known.debts
    if not chosen:
        raise meant.NothingOwed
    if len(chosen) > MOST_AT_ONCE:
        raise meant.SeveralDebts
    return chosen


def since(turn: Turn, act: AskAbout) -> None:
    """The dates that the account has; of several the first two of each."""
    about = _about(turn, act)
    for debt in about:
        dates = list(_dates(turn, debt))[: None if len(about) == 1 else 2]
        turn.say("utter_questions_since", ending=debt.ending, client=turn.name_of(debt), since=", ".join(dates),
                 debt_id=debt.id)  # fmt: skip
    turn.ask_again()


def _dates(turn: Turn, debt: accounts.Debt) -> Iterator[str]:
    items = accounts.itemisation(turn.session, turn.who(), debt.id)
    yield turn.phrase("utter_questions_since_opened", date=_day(turn, debt.opened_on))
    if debt.due_since is not None:
        yield turn.phrase("utter_questions_since_due", date=_day(turn, debt.due_since))
    if items.last_payment is not None:
        yield turn.phrase("utter_questions_since_paid", date=_day(turn, items.last_payment.on))
    elif items.kind in (accounts.ItemisationKind.LAST_STATEMENT, accounts.ItemisationKind.CHARGE_OFF):
        yield turn.phrase(f"utter_questions_since_{items.kind.value}", date=_day(turn, items.on))
    placed = accounts.here_since(turn.session, turn.who(), debt.id).astimezone(turn.zone).date()
    yield turn.phrase("utter_questions_since_here", date=_day(turn, placed))


def _day(turn: Turn, on: date) -> str:
    """Of a day long ago nobody wants the weekday."""
    language = turn.conversation.language
    pattern = {"en": "MMMM d, y", "es": "d 'de' MMMM 'de' y"}[language]
    return str(format_date(on, pattern, locale=_LOCALES[language]))


def owner(turn: Turn, act: AskAbout) -> None:
    """Whose it is by the record, and for whom we write."""
    for debt in _about(turn, act):
        client, is_ours = turn.name_of(debt), turn.settings.name_of(debt.client) == turn.settings.company
        name = "utter_questions_owner" if is_ours else "utter_questions_owner_for"
        turn.say(name, ending=debt.ending, client=client, **turn.values(), debt_id=debt.id)
    turn.ask_again()


def reference(turn: Turn, act: AskAbout) -> None:
    """The end of it, never the whole."""
    for debt in _about(turn, act):
        turn.say("utter_questions_reference", account=meant.account(turn, debt), ending=debt.ending, debt_id=debt.id)
    turn.ask_again()


def received(turn: Turn, act: AskAbout) -> None:
    """What they disputed, by its number, and the photos and files of this conversation. Before we know who they are only
    what they said here.
    """
    who = turn.known.who
    disputes = accounts.disputes_over(turn.session, who.party_id if who else None, turn.conversation.id)
    files = [one for one in contact.files.of_conversation(turn.session, turn.conversation.id) if one.sort != "sticker"]
    if who is None and not disputes and not files:
        raise identity.NotVerified
    for one in disputes[-MOST_AT_ONCE:]:
        day = one.placed_at.astimezone(turn.zone).date()
        turn.say("utter_questions_received_dispute", number=one.number, when=_day(turn, day))
    came = [one for one in files if one.state in ("kept", "waiting")]
    if came:
        turn.say("utter_questions_received_files", when=_day(turn, came[-1].received_at.astimezone(turn.zone).date()))
    if len(came) < len(files):
        turn.say("utter_questions_received_lost")
    if not disputes and not files:
        turn.say("utter_questions_received_nothing")
    go_on(turn)


def bank(turn: Turn, act: AskAbout) -> None:
    """Nothing can be taken but what they switched on themselves."""
    mandates = payments.mandate_store.active_of(turn.session, turn.who().party_id) if turn.is_verified else []
    if mandates:
        zone = turn.zone.key
        named = {payments.autopay_news.what(one, turn.conversation, turn.now, zone) for one in mandates if one.saved}
        turn.say("utter_questions_bank_allowed", what=", ".join(sorted(named)))
    else:
        turn.say("utter_questions_bank")
    go_on(turn)


def posting(turn: Turn, act: AskAbout) -> None:
    turn.say("utter_questions_posting_bank" if turn.settings.bank_debits else "utter_questions_posting")
    go_on(turn)


def call(turn: Turn, act: AskAbout) -> None:
    """Our number, our hours where somebody said them, and where letters reach us."""
    hours = [one for one in turn.settings.hours if one.first != opening.ON_HOLIDAYS]
    if hours:
        turn.say("utter_questions_call_hours", hours=_hours(turn, hours), **turn.values())
    else:
        turn.say("utter_questions_call", **turn.values())
    if turn.settings.company_address:
        turn.say("utter_questions_address", address=turn.settings.company_address)
    go_on(turn)


def _hours(turn: Turn, hours: list[opening.Hours]) -> str:
    """ "Mon-Fri 9:00 AM-6:00 PM"."""
    locale = _LOCALES[turn.conversation.language]
    names = get_day_names("abbreviated", locale=locale)

    def at(moment: time) -> str:
        return str(format_time(moment, "short", locale=locale)).replace("\u202f", " ").replace("\xa0", " ")

    def days(one: opening.Hours) -> str:
        return names[one.first] if one.first == one.last else f"{names[one.first]}-{names[one.last]}"

    return ", ".join(f"{days(one)} {at(one.opens)}-{at(one.closes)}" for one in hours)


def why_now(turn: Turn, act: AskAbout) -> None:
    """How often we begin, and, of an account that we know, since when it is with us."""
    about = turn.known.talking_of if turn.is_verified else ()
    if len(about) == 1:
        placed = accounts.here_since(turn.session, turn.who(), about[0].id).astimezone(turn.zone).date()
        turn.say("utter_questions_why_now_here", ending=about[0].ending, when=_day(turn, placed))
    cap = next((one.params for one in contact.law.load() if one.id == _STARTS), None)
    if cap is None:
        turn.say("utter_questions_why_now_open")
    else:
        turn.say("utter_questions_why_now", most=cap["most"], days=cap["days"])
    go_on(turn)


def insurance(turn: Turn, act: AskAbout) -> None:
    """A person looks into it. Whether they shall is asked, where nothing else is."""
    if turn.known.case is not None and turn.is_verified:
        effects.note(turn)
        turn.say("utter_questions_insurance_noted")
        turn.ask_again()
    elif not turn.is_verified or turn.queue or isinstance(turn.asked, (questions.Accept, questions.Choice)):
        turn.say("utter_questions_insurance")
        go_on(turn)
    else:
        turn.state.noted.append(turn.said.words)
        before = questions.dump(turn.state.question)
        question = questions.Person(before=before, again="utter_dialogue_offer_person_short")
        turn.ask(question, "utter_questions_insurance_offer")


def meaning(turn: Turn, act: AskAbout) -> None:
    """The words that they name; else those of our last message, or what the whole of it was; else which word it is."""
    for name in act.terms or _of_our_last(turn) or ("none",):
        turn.say(f"utter_meaning_{name}")
    go_on(turn)


def _of_our_last(turn: Turn) -> tuple[str, ...]:
    lines = contact.said(turn.session, turn.conversation.id, last=1)
    whole = (_MEANS_OF_A_LINE[name] for name in turn.state.responses if name in _MEANS_OF_A_LINE)
    found = dict.fromkeys([*(jargon.named(lines[-1].text) if lines else ()), *whole])
    return tuple(found)[: jargon.MOST]


def proof(turn: Turn, act: AskAbout) -> None:
    """What is needed from this address, and the other ways in."""
    if turn.is_verified:
        turn.say("utter_questions_proof_known")
        turn.ask_again()
    elif getattr(turn.asked, "awaits", None) in ("phone", "code"):
        turn.say("utter_questions_proof_code")
        turn.ask_again()
    else:
        turn.say("utter_questions_proof_here" if turn.known.at_address else "utter_questions_proof", **turn.values())
        go_on(turn)


ANSWERS: dict[str, Callable[[Turn, AskAbout], None]] = {
    "since": since, "owner": owner, "reference": reference, "received": received, "bank": bank, "posting": posting,
    "call": call, "why_now": why_now, "insurance": insurance, "meaning": meaning, "proof": proof,
}  # fmt: skip
"""By what the question is about. Some are for who is verified only: they ask for it themselves."""
