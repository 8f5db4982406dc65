"""A birth date and ZIP code that proved who somebody is stand nowhere afterwards, whatever else the message said."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot import core
from bot.contact import masking
from bot.dialogue.meaning.acts import Identify, Propose
from tests.dialogue.acting import MARIA, Talk, usd
from tests.dialogue.conftest import Begin

PROOFS = ("04/12/1985", "30318", "nineteen eighty", "three zero three")
ASIDE = {"parties", "identity_factors", "people", "debts", "addresses"}
"""Tables of whom we know: there they stand from the import, hashed, for the law of the place, or as the address of letters."""


def written(talk: Talk) -> str:
    """All that the database holds."""
    with core.reading(talk.database) as session:
        tables = [table for table in core.metadata.sorted_tables if table.name not in ASIDE]
        rows = ((table.name, row) for table in tables for row in session.execute(sa.select(table)))
        return "\n".join(f"{name} {tuple(row)}" for name, row in rows)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("04/12/1985 30318 this is not my debt", ("not_my_debt",)),
        ("i was born 04/12/1985, 30318, and i already paid this", ("already_paid",)),
        ("04/12/1985 30318 the amount is wrong", ("wrong_amount",)),
        ("04/12/1985 30318 i can do 60 a month", (Propose(each=usd(60), frequency="monthly"),)),
        ("april twelfth nineteen eighty five, three zero three one eight, not mine", ("not_my_debt",)),
    ],
)
@pytest.mark.parametrize("proof_first", [True, False])
def test_in_no_dispute_no_case_and_no_state(
    begin: Begin, text: str, others: tuple[object, ...], proof_first: bool
) -> None:
    talk = begin(MARIA)
    acts = (MARIA.proof, *others) if proof_first else (*others, MARIA.proof)
    talk.write(text, *acts)
    assert [line for line in written(talk).splitlines() if any(proof in line for proof in PROOFS)] == []


def test_half_a_proof_is_not_kept_with_what_waits_for_the_other_half(begin: Begin) -> None:
    talk = begin(MARIA)
    half = Identify(date_of_birth=MARIA.proof.date_of_birth)
    talk.write("born 04/12/1985, and this is not mine", "not_my_debt", half)
    assert "04/12/1985" not in written(talk)
    talk.write("30318", Identify(postcode="30318"))
    assert masking.proofs.BORN in written(talk) and "30318" not in written(talk)


def test_figures_of_a_dispute_stay(begin: Begin) -> None:
    talk = begin(MARIA)
    talk.write("04/12/1985 30318 it was 500 on 03/04/2026", MARIA.proof, "wrong_amount")
    assert "it was 500 on 03/04/2026" in written(talk)
