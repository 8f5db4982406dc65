"""What a sum is about when it is no offer: what people earn, spend, owe, or have paid already."""

from __future__ import annotations

import re

from bot.dialogue.grammar.model import About
from bot.dialogue.grammar.sheet import D, F, P, Placed, Sheet, V, X
from bot.dialogue.grammar.wording import either

_ABOUT = r"(?: (?:like|about|only|around|maybe|just|como|unos|solo|nomas|apenas))* ?$"
_EARN = either(
    rf"""(?:i|we|he|she|my (?:husband|wife))(?: (?:only|just|usually|barely))?
    (?:make|makes|earn|bring (?:home|in)|clear|get|gets|receive|net)(?: paid)?{_ABOUT}
    | (?:get|got|getting) paid{_ABOUT} | (?:im|i am|we are|hes|shes) getting{_ABOUT} | me regresan{_ABOUT}
    | (?:live|living|live on|living on|living off|vivo con|vivo de){_ABOUT}
    | on (?:disability|ssi|ssdi|unemployment|social security),?(?: (?:at|of|only|its))* ?$
    | (?:gano|ganamos|recibo|recibimos|recibe|gana|cobro|me pagan|me dan|me depositan|me llegan|me regresaron
    |me devolvieron){_ABOUT}"""
)
_SOURCES = either(
    """ssi | ssdi | disability | checks? | paycheck | income | salary | unemployment | pension
    | fixed income | social security
    | benefits | tax return | refund | bonus | sueldo | ingresos? | cheque | salario | strike pay | my pay
    | tips | comp | stipend | wages? | earnings | desempleo | seguro social"""
)
_IS = r"(?: (?:is|are|of|es|de|son|pays|gives|me|us|da|dan|paga|its|only|was|comes to|like|about|just|como))+ ?$"
_INCOME = re.compile(rf"\b(?:{_EARN}|{_SOURCES}{_IS})|{V}{_IS}")
_INCOME_AFTER = re.compile(
    rf"(?: ?{F}+)? ?,? ?"
    + either(
        rf"""(?:is |es |its )?(?:all|everything) (?:i |we )?(?:get|make|receive|bring|live on)
        | (?:es )?todo lo que (?:gano|recibo|cobro|me dan)
        | (?:in |from |of |on |de )?(?:my )?{_SOURCES}\b | is my (?:income|check|pay) | before taxes
        | after taxes | take home | of (?:strike pay|unemployment|disability|benefits)
        | es lo que (?:gano|recibo) | back (?:on|from) (?:my )?tax(?:es)? | (?:de|por) (?:los )?(?:taxes|impuestos)"""
    )
)

_BILL = either(
    """rent | mortgage | car note | car payment | light bill | electric bill | phone bill | bills | groceries
    | daycare
    | insurance | child ?care | child support | utilities | lights | food | gas | electric | loan payment
    | renta | luz | comida | casa | alquiler | hipoteca | gastos | seguro | guarderia | biles | escuela
    | tuition | medicinas? | meds? | agua"""
)
# What may be "40 a month" and is an offer: "my limit is 40".
_OFFERED = either(
    """offer | limit | max | maximum | budget | payments? | best | minimum | min | number | goal | plan | amount
    | balance | debt | total | payday | check | deposit | idea | choice | answer | final | word | deal | preference"""
)
_COSTS = either(
    """is | are | es | de | son | cost | costs | runs | run | went up to | went to | went | alone | sale en | cuesta
    | cuestan | me | from
    | me cuesta | at | was | its | jumped | went up | rose | increased | by | subio | already | like | about
    | around | como | en | salio"""
)
_COST = either(
    """costs?(?: me| us)? | runs (?:me|us) | takes | eats(?: up)?
    | (?:me |nos )?(?:cuestan?|costo|costaron|sale en|salio en|quitan?) | se lleva"""
)
_SPENT = either("""lost | spent | perdi | gaste | gastar""")
_EXPENSE = re.compile(
    rf"\b{_BILL}(?: {_COSTS})* ?$|\bowe (?:my|the|a) [a-z]+ ?$|\b(?:{_COST}|{_SPENT}){_ABOUT}"
    rf"|\b(?:my|our|kids|the kids|his|her) (?!{_OFFERED} )[a-z]+ (?:is|are|runs) (?:like |about )?$"
)
_I_PAY = re.compile(rf"\b(?:i|we|he|she) (?:already |still )?pays?{_ABOUT}")
_FOR_A_THING = re.compile(rf"(?: ?{F}+)? ?(?:for|in) (?:it|this|the|my)\b")
_EXPENSE_AFTER = re.compile(rf"(?: ?{F}+)? ?(?:for|in|on|de|para|goes to|go to) (?:(?:my|the|la|mi|el) )?{_BILL}\b")

_DOCUMENT = (
    "(?:letter|bill|amount|statement|app|website|text|email|paper|contract|order|invoice|report|system|account|yours"
    "|carta|cuenta|bil|papel|recibo|contrato|planilla)"
)
_OWED = either(
    rf"""owe | owed | owing | debo | debia | deuda (?:es )?de | balance(?: is| of| was)
    | saldo(?: es)?(?: de)? | (?:cargo|recargo|charge|fee) (?:de|of)
    | charged me
    | charging me | why (?:is|was) (?:it|this) | por que (?:son|es|era|eran) | eran? | me cobran | me cobraron
    | cobran | bill (?:is|of|was|for) | (?:you|u|it|they|yall|guys|ustedes) (?:says?|dicen?)
    | {_DOCUMENT} (?:says?|said|dicen?|decia) | said i | it was | was for
    | original(?:ly)?(?: was| amount)? | (?:it )?(?:started|began)(?: out)?(?: as| at)? | empezo (?:en|con|de)
    | (?:you|u|they|yall) (?:guys )?(?:added|tacked on|put on) | me (?:pusieron|agregaron|subieron)
    | (?:letter|notice|bill|carta)(?: \w+){{0,3}}(?: ?[{D}{X}]+)? (?:for|of|por|de)
    | u want | you want | yall want | you are asking | asking for | want me to pay | quieren | me piden"""
)
_BALANCE = re.compile(
    rf"\b{_OWED}(?: (?:me|like|about|yall|you|u|them|for|como|the|only|los|that|all|ya|is|que|debo|i|owe|extra))* ?$"
    rf"|{P}+ (?:of|de)(?: (?:the|los|my|that|mis))? ?$"
)
_BALANCE_AFTER = re.compile(
    r" ?"
    + either(
        r"""balance | owed | de deuda | de saldo | (?:is|es) (?:what|lo que) (?:you|u|it|they|yall|ustedes|me)?
        ?(?:guys )?(?:says?|sent|dicen?|cobran)
        | on (?:my|the|this|your) (?:letter|statement|bill|notice|account) | en (?:mi|la) (?:carta|cuenta)
        | (?:(?:in|of|late|dollar|de) )?(?:fees?|interest|intereses|recargos?|(?:late )?charges?|penalty|multa)
        | al principio | originally | at first | to begin with"""
    )
    + r"\b"
)
_SENT = either("""paid | payed | sent | made a payment of | made a | gave | put down | mailed | deposited""")
_WE = r"(?<!if )(?:i|we|ive|weve|already|just|who)(?: (?:have|had|just|already|did))*"
_PAID = re.compile(
    rf"\b(?:{_WE} {_SENT}|(?:was|were|used to be) paying|used to pay|(?<!get )(?<!gets )paid (?:my|the|our) [a-z]+"
    r"|^ ?(?:pd|paid|payed|sent|mailed|gave)|(?:they|you|u|yall|bank) (?:guys |already )?(?:took|withdrew|pulled)"
    r"|(?:last|previous|first) payment(?: i made)? was(?: for)?)"
    r"(?: (?:you|u|yall|guys|them|him|her|about|like|over|the|out|a|of))* ?$"
    r"|(?<!que )(?<!si )(?<!q )(?<!cuando )\b(?:ya |le |les |lo |yo |los )*(?:pague|di|mande|abone|deposite|envie"
    r"|hice un (?:pago|deposito|abono) de"
    r"|pagaba|estaba pagando|(?:me )?(?:quitaron|sacaron|descontaron)|ultimo pago fue(?: de| por)?)(?: los"
    r"| unos| como| le| les)* ?$"
)
_PAID_AFTER = re.compile(
    r" ?(?:(?:that |which )?(?:i|we) (?:already |have )?(?:paid|sent|gave)|que (?:ya )?(?:le |les )?(?:pague"
    r"|di|mande))\b"
)


def about(sheet: Sheet, placed: Placed) -> About | None:
    """By the words right before and after a sum."""
    return topic(sheet.rest[: placed.start], sheet.rest[placed.end :])


def topic(before: str, after: str) -> About | None:
    """What a number between these words is about: one that is about something is money, whatever its size."""
    before = before.rstrip("$ ")
    if _INCOME.search(before) or _INCOME_AFTER.match(after):
        return "income"
    if _EXPENSE.search(before) or _EXPENSE_AFTER.match(after) or _I_PAY.search(before) and _FOR_A_THING.match(after):
        return "expense"
    if _PAID.search(before) or _PAID_AFTER.match(after):
        return "paid"
    return "balance" if _BALANCE.search(before) or _BALANCE_AFTER.match(after) else None
