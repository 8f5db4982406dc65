"""What a sum is about when it is no offer: what people earn, spend, owe, or have paid already."""

from __future__ import annotations

import re

from bot.dialogue.grammar.model import About
from bot.dialogue.grammar.sheet import F, Placed, Sheet, V
from bot.dialogue.grammar.wording import either

_ABOUT = r"(?: (?:like|about|only|around|maybe|just|como|unos|solo|nomas|apenas))* ?$"
_EARN = either(
    rf"""(?:i|we|he|she|my (?:husband|wife))(?: (?:only|just|usually|barely))?
    (?:make|makes|earn|bring home|clear|get|gets|receive|net)(?: paid)?{_ABOUT}
    | (?:get|got|getting) paid{_ABOUT} | (?:live|living|live on|living on|living off|vivo con|vivo de){_ABOUT}
    | on (?:disability|ssi|ssdi|unemployment|social security),?(?: (?:at|of|only|its))* ?$
    | (?:gano|ganamos|recibo|recibimos|cobro|me pagan|me dan|me depositan|me llegan){_ABOUT}"""
)
_SOURCES = either(
    """ssi | ssdi | disability | checks? | paycheck | income | salary | unemployment | pension
    | social security
    | benefits | tax return | refund | bonus | sueldo | ingresos? | cheque | salario | strike pay | my pay
    | tips | comp | stipend | wages? | earnings"""
)
_IS = r"(?: (?:is|are|of|es|de|son|pays|its|only|was|comes to|like|about|just|como))+ ?$"
_INCOME = re.compile(rf"\b(?:{_EARN}|{_SOURCES}{_IS})|{V}{_IS}")
_INCOME_AFTER = re.compile(
    rf"(?: ?{F}+)? ?,? ?"
    + either(
        rf"""(?:is |es |its )?(?:all|everything) (?:i |we )?(?:get|make|receive|bring|live on)
        | (?:es )?todo lo que (?:gano|recibo|cobro|me dan)
        | (?:in |from |of |on |de )?(?:my )?{_SOURCES}\b | is my (?:income|check|pay) | before taxes
        | after taxes | take home | of (?:strike pay|unemployment|disability|benefits)
        | es lo que (?:gano|recibo)"""
    )
)

_BILL = either(
    """rent | mortgage | car note | car payment | light bill | electric bill | phone bill | bills | groceries
    | daycare
    | insurance | child ?care | child support | utilities | lights | food | gas | electric | loan payment
    | renta | luz
    | comida | casa | alquiler | hipoteca | gastos | seguro | guarderia | biles"""
)
_COSTS = either(
    """is | are | es | de | son | cost | costs | runs | run | went up to | went to | alone | sale en | cuesta
    | cuestan
    | me cuesta | at | was | its | jumped | went up | rose | increased | by | subio | already | like | about
    | around | como"""
)
_EXPENSE = re.compile(rf"\b{_BILL}(?: {_COSTS})* ?$|\bowe (?:my|the|a) [a-z]+ ?$|\b(?:lost|spent|perdi|gaste) ?$")
_EXPENSE_AFTER = re.compile(rf"(?: ?{F}+)? ?(?:for|in|on|de|para|goes to|go to|to) (?:(?:my|the|la|mi|el) )?{_BILL}\b")

_OWED = either(
    r"""owe | owed | owing | debo | debia | deuda (?:es )?de | balance(?: is| of| was) | saldo (?:es )?de
    | charged me
    | charging me | cobran | bill (?:is|of|was|for) | says | it was | was for
    | original(?:ly)?(?: was| amount)?
    | u want | you want | yall want | you are asking | asking for | want me to pay | quieren | me piden"""
)
_BALANCE = re.compile(rf"\b{_OWED}(?: (?:me|like|about|yall|you|u|them|for|como|the|only|los|that|all|ya|is))* ?$")
_BALANCE_AFTER = re.compile(r" ?(?:balance|owed|de deuda|de saldo)\b")
_PAID = re.compile(
    r"\b(?:i|we|ive|already|just|who)(?: (?:have|had|just|already))* (?:paid|sent|made a payment of|gave)"
    r"(?: (?:you|u|yall|them|him|her|about|like|over|the))* ?$"
    r"|\b(?:ya|le|les|lo|yo|los)(?: les| le)? (?:pague|di|mande|abone|deposite|hice un pago de)(?: los"
    r"| unos| como)* ?$"
)


def about(sheet: Sheet, placed: Placed) -> About | None:
    """By the words right before and after a sum."""
    before, after = sheet.rest[: placed.start].rstrip("$ "), sheet.rest[placed.end :]
    if _INCOME.search(before) or _INCOME_AFTER.match(after):
        return "income"
    if _EXPENSE.search(before) or _EXPENSE_AFTER.match(after):
        return "expense"
    if _PAID.search(before):
        return "paid"
    return "balance" if _BALANCE.search(before) or _BALANCE_AFTER.match(after) else None
