"""What is acted on first when a message does several things; and which acts bind, or raise an alarm."""

from __future__ import annotations

_PRECEDENCE = (
    # safety and law
    "crisis", "abuse_or_coercion", "is_not_well", "minor", "bankruptcy", "attorney", "deceased", "identity_theft",
    "military", "cease_contact", "opt_out", "opt_in", "wrong_person", "complaint", "legal_threat", "third_party",
    "privacy_request", "threat",
    # disputes and proof
    "not_my_debt", "wrong_amount", "already_paid", "service_dispute", "request_validation", "too_old",
    # a person; and who they are, since the rest waits for it
    "talk_to_human", "identify",
    # circumstances
    "hardship", "cannot_pay", "needs_time", "money_advice",
    # questions
    "ask_balance", "ask_breakdown", "ask_origin", "ask_history", "ask_documents", "ask_fees", "ask_consequences",
    "ask_credit_report", "is_this_a_scam", "who_are_you", "bot_challenge", "why_verify", "ask_about", "plan_status",
    "payment_problem", "payment_methods", "ask_options",
    # preferences and the conversation itself
    "contact_preference", "update_contact", "change_language", "feedback", "is_well", "help", "repeat", "start_over",
    "talk_of", "take_back", "withdraw_dispute",
    # what changes money
    "refuse", "adjust", "no_more", "cannot_say", "think_it_over", "request_plan", "request_settlement", "choose",
    "divide", "propose", "promise", "pay", "move", "skip", "change_amount", "change_rhythm", "autopay_off",
    "autopay_on", "change_payment_method", "refund", "drop", "keep", "cancel_plan", "accept",
    # talk
    "anger", "greet", "goodbye", "thanks", "out_of_scope", "unclear", "nothing",
)  # fmt: skip
_RANK = {name: place for place, name in enumerate(_PRECEDENCE)}
ALARMS = frozenset(_PRECEDENCE[: _PRECEDENCE.index("talk_to_human")]) - {"is_not_well"}
"""Safety, law and disputes: one that is missed does harm, and so does one too many."""
DISPUTES = frozenset(_PRECEDENCE[_PRECEDENCE.index("not_my_debt") : _PRECEDENCE.index("talk_to_human")])
IN_DANGER = frozenset({"crisis", "abuse_or_coercion", "minor"})
SOMEBODY_ELSE = frozenset({"third_party", "deceased", "minor", "wrong_person"})
"""Whoever writes this is not the person whom we knew: they are asked anew."""
BINDING = frozenset({"accept", "pay", "cancel_plan"})
"""Nobody is held to one of these who has not made it."""
TALK = frozenset({"anger", "greet", "goodbye", "thanks", "out_of_scope", "unclear", "nothing"})


_HOW_IT_IS_PAID = frozenset({"autopay_off", "autopay_on", "change_payment_method", "refund"})
_WISHES = frozenset(_PRECEDENCE[_PRECEDENCE.index("refuse") : _PRECEDENCE.index("anger")])
_ANSWERS = _WISHES - _HOW_IT_IS_PAID - {"request_settlement"} | {
    "needs_time", "out_of_scope", "unclear", "nothing", "talk_of", "is_well", "is_not_well",
}  # fmt: skip
"""Of these a message gives one. Whether there is a discount, and how it is paid, is said beside an answer as well as alone."""
_QUESTIONS = frozenset(_PRECEDENCE[_PRECEDENCE.index("ask_balance") : _PRECEDENCE.index("contact_preference")])
QUESTIONS = _QUESTIONS - {"ask_options", "payment_problem"}
"""Answered by what is so: nothing is offered, asked for or begun."""
OF_AN_ACCOUNT = frozenset({"ask_balance", "ask_breakdown", "ask_origin", "ask_history", "ask_fees", "plan_status"})
"""Questions that may name the account which they are about."""

_ASKED_ALIKE = {
    "fees": ("ask_fees", "ask_about:interest", "ask_about:waive"),
    "credit": ("ask_credit_report", "ask_about:credit"),
    "papers": ("ask_documents", "ask_about:documents", "ask_about:receipt"),
    "reach": ("ask_about:call", "ask_about:hours"),
    "seen": ("ask_about:sees", "ask_about:private"),
    "account": ("ask_balance", "ask_breakdown", "ask_origin", "ask_history"),
    "who": ("who_are_you", "is_this_a_scam", "bot_challenge", "why_verify"),
    "terms": (
        "plan_status", "ask_options", "ask_about:schedule", "ask_about:total", "ask_about:last_payment", "ask_about:why",
        "ask_about:why_not", "ask_about:missed", "ask_about:changeable", "ask_about:deadline", "ask_about:next",
    ),
    "follows": ("ask_consequences", "ask_about:jail", "ask_about:garnish"),
    "link": ("ask_about:link", "payment_problem", "payment_methods"),
}  # fmt: skip
SAME: dict[str, frozenset[str]] = {
    "ask_balance": frozenset({"ask_about:total"}),
    "is_this_a_scam": frozenset({"ask_about:private"}),
    "why_verify": frozenset({"ask_about:private"}),
    "propose:settlement": frozenset({"request_settlement"}),
    "ask_about:home": frozenset({"ask_consequences"}),
    "ask_about:bank": frozenset({"ask_consequences"}),
    "ask_about:benefits": frozenset({"ask_consequences"}),
}
"""What an act answers as well: beside it the other one is only heard where it is plain."""
_FAMILY = {label: family for family, labels in _ASKED_ALIKE.items() for label in labels}


def kind(label: str) -> str:
    """Acts of one kind are rivals: a message answers once and asks one thing of a family; alarms add up."""
    name = label.partition(":")[0]
    return "answer" if name in _ANSWERS else _FAMILY.get(label, label if name in _QUESTIONS else name)


def rank(label: str) -> int:
    """0 is the most pressing; an unknown name comes before talk."""
    return _RANK.get(label.partition(":")[0], _RANK["anger"])
