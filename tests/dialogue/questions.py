"""A way to every kind of open question: what somebody writes until it is put."""

from __future__ import annotations

from datetime import date

from bot.dialogue.meaning.acts import (
    Accept,
    Act,
    CancelPlan,
    CannotSay,
    Choose,
    Divide,
    Identify,
    Move,
    Pay,
    Plain,
    Promise,
    Propose,
    Refuse,
    Said,
    Skip,
    TalkOf,
    Unclear,
)
from tests.dialogue.acting import ERIN, MARIA, STRANGER, Person, usd

Step = Act | str | Said
BORN = Identify(date_of_birth=date(1985, 4, 12), postcode="30318")
PLAN = (Propose(each=usd(60), frequency="monthly"), Accept())
DOUBT = Said(Plain(name="not_my_debt"), "hm", 0.6, "model", needs_check=True)
DANGER = Said(Plain(name="crisis"), "hm", 0.6, "crisis: a phrase", needs_check=True)
LEANING = Said(Plain(name="crisis"), "hm", 0.6, "model", needs_check=True)

WAYS: dict[str, tuple[Person, bool, tuple[Step, ...]]] = {
    "identity": (MARIA, False, ("greet",)),
    "identity all": (STRANGER, False, ("greet",)),
    "identity reference": (STRANGER, False, ("greet", BORN)),
    "identity phone": (STRANGER, False, ("greet", CannotSay())),
    "identity code": (STRANGER, False, ("greet", CannotSay(), Identify(phone=MARIA.phone))),
    "menu": (MARIA, True, ("start_over",)),
    "options": (MARIA, True, ("ask_balance",)),
    "choice": (MARIA, True, ("ask_options",)),
    "accept": (MARIA, True, (Propose(each=usd(60), frequency="monthly"),)),
    "accept countered": (MARIA, True, (Propose(each=usd(20), frequency="monthly"),)),
    "accept chosen": (MARIA, True, ("ask_options", Choose(option=2))),
    "accept both": (ERIN, True, (Propose(each=usd(300), frequency="monthly", debts="all"),)),
    "terms amount": (MARIA, True, ("request_plan",)),
    "terms frequency": (MARIA, True, (Propose(each=usd(60)),)),
    "terms date": (MARIA, True, (Promise(amount=usd(30)),)),
    "debt": (ERIN, True, ("ask_breakdown",)),
    "shares": (ERIN, True, (Divide(total=usd(50)),)),
    "shares open": (ERIN, True, (Divide(),)),
    "ahead": (MARIA, True, (*PLAN, Pay())),
    "move": (MARIA, True, (*PLAN, Move())),
    "change": (MARIA, True, (*PLAN, Skip())),
    "cancel": (MARIA, True, (*PLAN, CancelPlan())),
    "relief": (MARIA, True, ("cannot_pay",)),
    "person": (MARIA, True, ("help",)),
    "safe": (MARIA, True, (DANGER,)),
    "safe leaning": (MARIA, True, (LEANING,)),
    "representative": (STRANGER, False, ("deceased",)),
    "meant": (MARIA, True, (DOUBT,)),
    "helper": (MARIA, False, ("third_party", BORN)),
    "meant two": (MARIA, True, (Refuse(), Refuse(), Unclear(candidates=("move", "skip")))),
    "else": (MARIA, True, (Refuse(),)),
}
"""By question: who, whether they have proved who they are, and what they write."""
TALK_OF_BOTH = TalkOf(debts="all")


def kind_of(question: str) -> str:
    return question.split()[0]
