"""What the open question makes of a message: figures beside an offer are about that offer, whatever else was heard."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dialogue.nlu import context, reading
from tests.examples import each

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("America/New_York"))


def meant(text: str, question: str | None, heard: str) -> str | None:
    read = reading.read(text, NOW, "en", question)
    return context.answer(text, question, heard, [*read.entities, *read.vague])


@each(
    ("text", "question", "heard", "intent"),
    [
        ("actually make it every two weeks", "accept", "autopay_on", "propose_terms"),
        ("twice a month instead", "accept", "payment_problem", "propose_terms"),
        ("450 and thats it", "terms", "wrong_amount", "propose_terms"),
        ("what if i pay 5", "accept", "ask_consequences", "propose_terms"),
        ("next one is the 27th", "accept", "plan_status", "propose_terms"),
        ("can i pay more", "accept", "request_settlement", "propose_terms"),
        ("can you make that 4", "accept", "request_settlement", "propose_terms"),
        ("just once", "terms", "repeat", "inform"),
        ("thats all i have", "terms", "goodbye", "inform"),
        ("whatever is cheapest", "options", "out_of_scope", "ask_options"),
        ("la mitad ahora", "options", "nlu_fallback", "propose_terms"),
        ("my card was charged 40 twice", "accept", "payment_problem", None),
        ("i was laid off on the 5th", "accept", "hardship", None),
        ("twice a month instead", None, "payment_problem", None),
    ],
)
def test_beside_an_offer(text: str, question: str | None, heard: str, intent: str | None) -> None:
    assert meant(text, question, heard) == intent
