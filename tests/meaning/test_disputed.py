"""Which account a dispute is about where a message names two, and that a proof is heard beside whatever else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Identify, Pay, Plain, Said
from bot.dialogue.meaning.disputed import debts_said_of, for_the_others
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Clause, Heard
from bot.dialogue.meaning.scene import DebtKnown, Scene
from bot.dialogue.meaning.table import MOST, joined

CLINIC = DebtKnown("Cedar Valley Clinic", "medical", Money(26615, "USD"), ("clinic",))
BANK = DebtKnown("Harbor Bank", "credit_card", Money(767357, "USD"), ("bank",))
SCENE = Scene(now=datetime(2026, 11, 30, 12, tzinfo=timezone.utc), debts=(CLINIC, BANK))
DISPUTED, WANTED = "the bank thing isnt mine,", "but the clinic yes i want to pay that"


def heard(first: float, second: float) -> Heard:
    clauses = (Clause(DISPUTED, {"not_my_debt": first}), Clause(WANTED, {"not_my_debt": second}))
    return Heard(f"{DISPUTED} {WANTED}", {"not_my_debt": 0.9}, clauses=clauses)


def test_a_dispute_is_about_the_account_of_its_clause() -> None:
    assert debts_said_of("not_my_debt", heard(0.9, 0.1), SCENE) == (2,)


def test_where_no_clause_says_it_more_all_that_are_named_are_meant() -> None:
    assert debts_said_of("not_my_debt", heard(0.5, 0.4), SCENE) == (1, 2)


@pytest.mark.parametrize("likely", [(0.01, 0.9, 0.02, 0.05), (0.9, 0.01, 0.02, 0.05)])
def test_a_clause_that_names_nothing_is_about_what_was_named_last(likely: tuple[float, ...]) -> None:
    texts = ("the clinic one,", "i told them that total was wrong", "how much is each", "and is the bank still open")
    clauses = tuple(Clause(text, {"wrong_amount": share}) for text, share in zip(texts, likely))
    assert debts_said_of("wrong_amount", Heard(" ".join(texts), {}, clauses=clauses), SCENE) == (1,)


def test_what_is_said_before_any_name_is_about_the_first_that_follows() -> None:
    clauses = (Clause("that total is wrong", {"wrong_amount": 0.9}), Clause("the clinic i mean", {}), Clause("not the bank", {}))
    assert debts_said_of("wrong_amount", Heard("that total is wrong, the clinic i mean, not the bank", {}, clauses=clauses),
                          SCENE) == (1,)  # fmt: skip


def test_what_is_said_before_any_name_in_another_sentence_is_about_what_we_talk_of() -> None:
    clauses = (Clause("i thought i cancelled that.", {"service_dispute": 0.5}), Clause("whats the other one, the clinic?", {}))
    told = Heard("i thought i cancelled that. whats the other one, the clinic?", {}, clauses=clauses)
    assert debts_said_of("service_dispute", told, replace(SCENE, talking_of=(2,))) == (2,)
    assert debts_said_of("service_dispute", told, SCENE) == (1,)


def test_a_yes_to_a_doubt_is_about_the_account_that_it_names() -> None:
    clauses = (Clause("yes for the clinic", {"accept": 0.3}), Clause("not the bank", {"refuse": 0.8}))
    told = Heard("yes for the clinic, not the bank", {"accept": 0.3}, begins=frozenset({"yes"}), clauses=clauses)
    scene = replace(SCENE, verified=True, asked="meant", candidates=("wrong_amount",), talking_of=(2,))
    assert [one.act for one in joined(told, scene)] == [Plain(name="wrong_amount", debts=(1,))]


@pytest.mark.parametrize(("text", "asked"), [("yo ya pago mi luz cada mes", True), ("ya pague eso en mayo", False)])
def test_what_they_pay_again_and_again_is_only_asked_about(text: str, asked: bool) -> None:
    figures = by_the_grammar(grammar.read(text, now=SCENE.now, language="es"))
    clauses = (Clause(text, {"already_paid": 0.9}), Clause("no se de que es", {"ask_origin": 0.9}))
    told = Heard(f"{text} y no se de que es", {"already_paid": 0.9}, figures, clauses=clauses)
    assert [one.needs_check for one in joined(told, SCENE) if one.name == "already_paid"] == [asked]


def test_nobody_wants_to_pay_what_they_dispute_in_the_same_breath() -> None:
    said = [Said(Plain(name="not_my_debt", debts=(2,)), "x"), Said(Pay(debts=(1, 2)), "x")]
    assert [getattr(one.act, "debts", None) for one in for_the_others(said)] == [(2,), (1,)]


def test_a_proof_is_no_matter_too_many() -> None:
    much = dict.fromkeys(("ask_balance", "ask_fees", "hardship", "talk_to_human", "ask_options", "feedback"), 0.99)
    full = Heard("all of it", much, proofs=Identify(date_of_birth=date(1963, 1, 1), postcode="55442"))
    said = joined(full, SCENE)
    assert "identify" in [one.name for one in said] and len(said) <= MOST + 1
