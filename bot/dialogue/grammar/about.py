"""What a sum is about when it is plainly no offer: what people earn, spend, owe, or have paid already."""

from __future__ import annotations

from bot.dialogue.grammar.model import About
from bot.dialogue.grammar.words import found, pattern


def topic(before: str, after: str) -> About | None:
    """By the words right before and after a number: one that is about something is money, whatever its size."""
    before = pattern("lower_end").sub("", before.rstrip("$ "))
    if found("income", before) or found("income_after", after):
        return "income"
    pays = found("i_pay", before) and found("for_a_thing", after)
    if pays or found("expense", before) or found("expense_after", after):
        return "expense"
    if found("paid", before) or found("paid_after", after):
        return "paid"
    return "balance" if found("balance", before) or found("balance_after", after) else None
