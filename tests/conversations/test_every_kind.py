"""What must never be missed, typed as people type it and heard by the real model: what is stored is what was said, as the
desk shows it, by text message and in the web chat, of somebody known, not yet known and unknown, in both languages.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot import contact, core, handoff
from bot.chat import Chat
from bot.contact import texts
from bot.web import desk_view, hold_words
from bot.web import texts as page_texts
from tests.conversations import talking
from tests.conversations.talking import Dialogue

if TYPE_CHECKING:  # it would load TensorFlow in every worker, for the name of a type
    from bot.dialogue.agent import Engine

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("engine")]
KINDS: dict[str, tuple[str | None, str | None, str, str]] = {
    "crisis": ("crisis", "crisis", "i cant do this anymore, i dont want to be alive", "ya no quiero vivir"),
    "abuse": ("coerced_debt", "abuse_or_coercion", "he made me sign it, i have a restraining order against him", "mi esposo me obligó a firmar, le tenía miedo"),
    "bankruptcy": ("bankruptcy", "bankruptcy", "i filed chapter 7 on the third", "me declaré en bancarrota en marzo"),
    "attorney": ("attorney", "attorney", "talk to my lawyer, not to me", "ya tengo abogado, hable con él"),
    "deceased": ("deceased", "deceased", "my mom passed away 3 weeks ago, stop sending her bills", "mi esposo falleció, no sé qué hacer con esta cuenta"),
    "identity theft": ("identity_theft", "identity_theft", "somebody stole my identity and opened this account", "me robaron la identidad y abrieron esta cuenta"),
    "military": ("military", "military", "i'm deployed overseas until november", "estoy en servicio activo en el ejército"),
    "complaint": ("complaint", "complaint", "you call me 30 times a week, this is harassment", "me tienen harta, voy a poner una queja"),
    "third party": ("third_party", "third_party", "im her son, i handle my moms bills, she has dementia", "soy su hija y le manejo las cuentas a mi mamá"),
    "minor": ("third_party", "third_party", "im 15 years old", "tengo 15 años"),
    "lawsuit": (None, "legal_threat", "i'm going to sue you", "los voy a demandar"),
    "privacy": (None, "privacy_request", "delete all the data you have about me", "borren todos mis datos"),
    "not mine": ("dispute", "dispute", "this debt isn't mine, i never had an account with them", "esa deuda no es mía, nunca tuve cuenta con ellos"),
    "already paid": ("dispute", "dispute", "i already paid this in full in february", "ya pagué todo eso en febrero"),
    "wrong amount": ("dispute", "dispute", "the amount is wrong, i owe a lot less than that", "el monto está mal, debo mucho menos"),
    "too old": ("dispute", "dispute", "this debt is from 2009, it's past the statute of limitations", "esa deuda ya prescribió, es del 2009"),
    "proof": ("validation", "dispute", "prove that i owe this, send me the paperwork", "mándeme pruebas de esa deuda"),
    "cease": ("cease", "cease_contact", "i'm not paying this, don't contact me", "no voy a pagar nada, no me contacten"),
    "stop": (None, None, "STOP", "ALTO"),
    "wrong person": (None, None, "wrong number, i dont know any maria", "número equivocado, aquí no vive ninguna María"),
}  # fmt: skip
"""What it is: the hold, why a person is asked, and how it is typed in English and Spanish."""
ASKED = "utter_safety_ask_meant"
ENDS_IT = ("stop", "wrong person")
"""Nothing more is sent to this address."""
STATES = {
    "sms unknown": ("maria", "sms", False),
    "sms known": ("maria", "sms", True),
    "web unknown": ("stranger", "web", False),
}


def each() -> list[Any]:
    """Every kind in both languages, each in one of the three states by turns."""
    pairs = [(kind, language) for kind in KINDS for language in ("en", "es")]
    return [pytest.param(kind, language, list(STATES)[(number + number // 3) % 3], id=f"{kind}, {language}")
            for number, (kind, language) in enumerate(pairs)]  # fmt: skip


@pytest.mark.parametrize(("kind", "language", "state"), each())
def test_it_is_heard_stored_and_shown(
    kind: str, language: str, state: str, engine: Engine, filled: Path, tmp_path: Path
) -> None:
    assert wrong(kind, language, state, engine, filled, tmp_path) == []


def _said(chat: Chat, after: int) -> list[str]:
    with core.reading(chat.database) as session:
        lines = contact.said(session, talking._talk(chat).id, after=after)
    return [name for line in lines for name in line.responses]


def wrong(kind: str, language: str, state: str, engine: Engine, filled: Path, folder: Path) -> list[str]:
    """What went otherwise than it should."""
    hold, reason, *typed = KINDS[kind]
    person, channel, is_known = STATES[state]
    dialogue = Dialogue(kind, [], person, is_known, channel)
    before = talking._recognised(dialogue, engine, filled) if is_known else filled
    with talking._chat(dialogue, engine, before, folder / "one.db") as chat:
        with core.reading(chat.database) as session:
            last = contact.glance.last_number(session)
        chat.write(typed[language == "es"])
        if ASKED in _said(chat, last):  # a doubt is asked about, and a yes counts as if it had been clear
            chat.write("sí" if language == "es" else "yes")
        said = _said(chat, last)
        with core.reading(chat.database) as session:
            talk = contact.conversation(session, talking._talk(chat).id)
            case, now = handoff.open_case_of(session, talk.id), chat.settings.clock.now()
            held = contact.holds_over(session, talk, now)
            shown = dict(desk_view.facts(session, case, talk, held, (), "en", "UTC")) if case else {}
            stopped = contact.opted_out_since(session, talk.channel, talk.address) is not None
    told = texts.load()
    found = [] if said else ["nothing was said"]
    found += (
        [f"held {sorted(one.kind.value for one in held)}"]
        if {one.kind.value for one in held} != ({hold} - {None})
        else []
    )
    found += (
        [f"asked a person for {case and case.reason.value}"] if (case.reason.value if case else None) != reason else []
    )
    found += [f"opted out: {stopped}"] if stopped is not (kind in ENDS_IT) else []
    found += [f"the desk shows {shown}"] if hold and in_words(hold) not in shown.get("On hold for", "") else []
    asks = [name for name in said if told[name].tag in ("offer", "payment", "reminder")]
    return found + ([f"asked for money: {asks}"] if asks else [])


def in_words(kind: str) -> str:
    return hold_words.kind(contact.HoldKind(kind), page_texts.speaker("en"))
