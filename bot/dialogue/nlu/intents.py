"""What people want, the most pressing first: when one message fits several, the earlier one is acted on first."""

from __future__ import annotations

SAFETY = (
    "crisis", "abuse_or_coercion", "bankruptcy", "attorney", "deceased", "identity_theft", "military",
    "cease_contact", "opt_out", "opt_in", "wrong_person", "complaint", "legal_threat", "third_party",
    "privacy_request",
)  # fmt: skip
DISPUTES = ("not_my_debt", "wrong_amount", "already_paid", "service_dispute", "request_validation", "too_old")
CIRCUMSTANCES = ("hardship", "cannot_pay", "needs_time", "refuse_offer", "money_advice")
AGREEING = (
    "ask_options", "request_plan", "request_settlement", "propose_terms", "choose_option", "promise_to_pay",
    "pay_now", "payment_problem", "payment_methods", "autopay_on", "autopay_off", "change_payment_method",
    "plan_status", "reschedule_payment", "cancel_plan", "refund",
)  # fmt: skip
QUESTIONS = (
    "ask_balance", "ask_breakdown", "ask_origin", "ask_history", "ask_documents", "ask_fees", "ask_consequences",
    "ask_credit_report", "who_are_you", "is_this_a_scam", "bot_challenge", "why_verify",
)  # fmt: skip
PREFERENCES = ("talk_to_human", "contact_preference", "update_contact", "change_language", "feedback")
TALK = (
    "greet", "goodbye", "thanks", "affirm", "deny", "inform", "help", "repeat", "start_over", "anger", "threat",
    "out_of_scope",
)  # fmt: skip

PRECEDENCE = SAFETY + DISPUTES + CIRCUMSTANCES + AGREEING + QUESTIONS + PREFERENCES + TALK
NOT_UNDERSTOOD = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
CRITICAL = frozenset(SAFETY + DISPUTES)
"""Acted on at once, verified or not: one that is missed does harm."""
IN_DANGER = frozenset({"crisis", "abuse_or_coercion"})

_RANK = {name: place for place, name in enumerate(PRECEDENCE)}


def rank(intent: str) -> int:
    """0 is the most pressing; an unknown name comes last."""
    return _RANK.get(intent, len(PRECEDENCE))
