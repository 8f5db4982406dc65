"""What a sum is about when it is plainly no offer: what people earn, spend, owe, or have paid already."""

from __future__ import annotations

from bot.dialogue.grammar.model import About
from bot.dialogue.grammar.words import pattern


def topic(before: str, after: str) -> About | None:
    """By the words right before and after a number: one that is about something is money, whatever its size."""
    before = before.rstrip("$ ")
    if pattern("income").search(before) or pattern("income_after").match(after):
        return "income"
    pays = pattern("i_pay").search(before) and pattern("for_a_thing").match(after)
    if pays or pattern("expense").search(before) or pattern("expense_after").match(after):
        return "expense"
    if pattern("paid").search(before) or pattern("paid_after").match(after):
        return "paid"
    return "balance" if pattern("balance").search(before) or pattern("balance_after").match(after) else None
