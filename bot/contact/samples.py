"""The longest and hardest values that a text may be filled with, and how long a text is as an SMS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import cache

from babel.lists import format_list

from bot.contact import crisis, texts
from bot.contact import segments as counting
from bot.contact.hours import Barred
from bot.contact.hours_in_words import in_words
from bot.core import Money

TODAY = date(2026, 11, 18)
FAR = date(2027, 9, 22)
"""A Wednesday in September of another year: the longest date in English; in Spanish it is as long as any."""
LARGE = Money(1_234_567, "USD")
NAME = "Oak View Homes at the Park by the Bay, A"
"""Forty letters: the longest that a creditor or a person is called in a message (`Turn.name_of`)."""
CLIENT = "Oakview Apartments"
"""One of four that stand side by side."""
URL = "https://payments.northwind-energy.example.com/p/kd4wVdkFaxgs6nnTZLvStw"
HOURS = (
    Barred(time(0), time(12, 30), frozenset({1, 2, 3, 4, 5})), Barred(time(21, 30), time(0), frozenset({1, 2, 3, 4, 5})),
    Barred(time(0), time(0), frozenset({6, 7})),
)  # fmt: skip
"""Not before half past twelve or after half past nine, and never at weekends."""


def segments(text: str) -> int:
    """How many SMS a text is when it has passed the door."""
    return counting.count(counting.fitted(text))


def phrase(response: str, language: str, /, **values: object) -> str:
    true = texts.shipped()[response].requires
    return texts.render(response, language, values, today=TODAY, true=true).text


@cache
def values(language: str) -> Mapping[str, object]:
    """One value for each placeholder there is."""
    every = phrase("utter_negotiation_every_every_4_weeks", language)
    plan = phrase(
        "utter_negotiation_terms_plan", language,
        amount=LARGE, every=every, date=FAR, count=104, last=LARGE, last_date=FAR,
    )  # fmt: skip
    short = phrase("utter_negotiation_short_plan", language, amount=LARGE, every=every, count=104, total=LARGE)
    dates = (
        "date",
        "start_date",
        "last_date",
        "until",
        "valid_until",
        "next_date",
        "latest",
        "opened",
        "moved",
        "first",
        "second",
    )
    amounts = (
        "amount", "balance", "total", "last", "discount", "left", "next_amount", "minimum", "least", "rest", "start",
        "down_payment",
    )  # fmt: skip
    card = phrase("utter_accounts_product_credit_card", language)
    account = phrase("utter_accounts_named_account", language, product=card, client=NAME)
    saved = phrase("utter_payments_autopay_bank", language, ending="4765")
    one_of = phrase(
        "utter_accounts_one_of_several",
        language,
        account=f"{card}, {CLIENT}",
        ending="4765",
        balance=LARGE,
    )
    part = phrase("utter_negotiation_terms_part", language, amount=LARGE, date=FAR)
    paid = phrase("utter_accounts_payment", language, amount=LARGE, date=FAR)
    since = [phrase(f"utter_accounts_since_{what}", language, amount=LARGE) for what in ("charges", "interest", "fees")]
    more = phrase(
        "utter_negotiation_terms_more", language, count=12, amount=LARGE, every=every, last=LARGE, last_date=FAR
    )
    both = phrase("utter_negotiation_basket_both", language)
    share = phrase("utter_payments_share", language, amount=LARGE, client=CLIENT)
    lines = [phrase("utter_negotiation_several_line", language, client=CLIENT, terms=short)] * 2
    reason = phrase("utter_negotiation_reason_term_too_long", language, amount=LARGE, months=104, longest_months=60)
    of_one = phrase("utter_negotiation_terms_of", language, terms=plan, client="Oak View Homes at a Park")
    return {
        **dict.fromkeys(dates, FAR), **dict.fromkeys(amounts, LARGE),
        **dict.fromkeys(("dispute", "upheld", "partly_upheld", "verified"), "D-10042"),
        "agent": "Guadalupe", "email": "guadalupe.hernandez@example.com", "reference": "NW-1000234", "answer_by": FAR, "paid": LARGE, "paid_on": FAR,
        "link_amount": LARGE, "link_until": FAR, "debt_id": "deb_1",
        "post": "1200 North Martin Luther King Boulevard, Apartment 14B, San Bernardino, CA 92401",
        "company": NAME, "code": "482913", "client": NAME, "name": NAME, "words": "i can do 40 a month from friday december 4 and then 60 fro...",
        "phone": "1-800-555-0100",
        "address": "Northwind Energy, 100 Peachtree Street NW, Suite 400, Atlanta, GA 30303",
        "when": {"en": "September 22, 2027", "es": "22 de septiembre de 2027"}[language],
        "hours": in_words(HOURS, language), "begins": "12:30 p. m.", "ends": "12:30 p. m.",
        "weekdays": phrase("utter_law_days_of_work", language),
        **crisis.longest(language),
        "licence_ca": "10042-99",
        "product": card, "account": account, "ending": "4765", "number": "D-10042", "proof": "D-10043", "by": FAR,
        "all": both,
        "url": URL, "count": 104, "months": 104, "most": 12,
        "longest_months": 60, "days": 45, "every": every, "terms": of_one,
        "each_time": phrase("utter_negotiation_payments", language, amount=LARGE, every=every),
        "one": phrase("utter_negotiation_terms_pause", language, until=FAR),
        "other": phrase("utter_negotiation_short_token", language, amount=LARGE, every=every, count=104),
        "options": "\n".join(f"{number}) {short}" for number in range(1, 5)),
        "debts": "\n".join(f"{number}) {one_of}" for number in range(1, 5)),
        "parts": ", ".join([part, part, part, part]), "more": more, "payments": ", ".join([paid, paid]), "since": ", ".join(since), "added": ", ".join(since),
        "what": saved, "reason": reason, "shares": format_list([share] * 2, locale=language), "lines": "\n".join(lines), "month": {"en": "September", "es": "septiembre"}[language],
        "about": phrase("utter_safety_about_identity_theft", language), "told": phrase("utter_safety_about_service_dispute", language), "said": plan,
    }  # fmt: skip


def filled(response: texts.Response, language: str) -> str:
    """The text with the worst values. Raises KeyError for a placeholder that nobody knows."""
    return fill(response.texts[language], language)


def fill(text: str, language: str, own: Mapping[str, object] | None = None) -> str:
    """Any text with the worst values, or with those that are `own`. Raises KeyError."""
    known = {**values(language), **(own or {})}
    return texts.PLACEHOLDER.sub(lambda match: texts.written(known[match[1]], language, TODAY), text)
