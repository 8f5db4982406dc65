"""The named queries: what each sum of a day counts, in one line, for whoever looks behind a figure.

The SQL of each stands under its name in `talks` and `money`.
"""

from __future__ import annotations

from collections.abc import Mapping

MEASURES: Mapping[str, str] = {
    "collected": "payments less what went back, by the day on which they took effect",
    "payments": "payments that took effect on the day",
    "billed": "principal that was booked on the day",
    "placed:": "what was owed on accounts when they were placed, by month of placement",
    "recovered:": "payments since then less what went back, by month of placement",
    "receivable_at_close": "what is owed on all accounts at the close of the day",
    "receivable_past_due_at_close": "the same of accounts that are past due",
    "accounts_past_due_30_days_ago": "accounts that were past due at the close of the day 30 days before",
    "accounts_cured_in_30_days": "those of them that owe nothing at the close of the day",
    "promises_due": "payments agreed on alone whose days of grace ended",
    "promises_kept": "those of them that had arrived",
    "promises_due_money": "the same by amount",
    "promises_kept_money": "the same by amount",
    "instalments_due": "instalments of plans whose days of grace ended",
    "instalments_kept": "those of them that had arrived",
    "first_instalments_due": "first instalments of plans whose days of grace ended",
    "first_instalments_missed": "those of them that had not arrived",
    "plans_active_at_close": "plans in force at the close of the day",
    "plans_on_time_at_close": "those of them in which nothing was missed",
    "plans_30_days_old": "plans that were agreed on 30 days before, without those that something took the place of",
    "plans_alive_at_30_days": "those of them that were not broken by then",
    "plans_90_days_old": "the same 90 days before",
    "plans_alive_at_90_days": "those of them that were not broken by then",
    "plans_180_days_old": "the same 180 days before",
    "plans_alive_at_180_days": "those of them that were not broken by then",
    "sessions": "conversations in which they wrote on the day",
    "sessions_contained": "those that ended in a payment, settlement, plan, promise or relief, without a person or a hold",
    "sessions_abandoned": "those in which nothing of that happened and no person was, without those under a hold",
    "sessions_held": "those under a hold",
    "contacts_week_over": "sessions of the day seven days before",
    "contacts_resolved_first": "those that ended in a payment, settlement, plan, promise or relief and did not write again in seven days",
    "waits": "seconds from when a person was needed, for the first time or again, until a person's answer on the day",
    "csat_asked": "people who were asked on the day how something that was resolved went for them",
    "csat_asked_answered": "those of them who answered, on that day or in the week after it",
    "csat_answers": "answers from 1 to 5 on the day",
    "csat_satisfied": "those of 4 or 5",
    "customers_known_after_12_months": "accounts paid off 12 months before or earlier of which a file of that day is the first since to say until when they were customers",
    "customers_kept_12_months": "those who were still customers 12 months after the account was paid off",
    "people": "people to whom a message went, each once in the window",
    "people_opted_out": "people who opted out on the day",
    "complaints": "cases that are complaints, opened on the day",
    "disputes": "disputes opened on the day",
    "disputes_decided": "disputes decided on the day, without those that were taken back",
    "disputes_upheld": "those upheld, upheld in part, or not verified",
    "offers_made": "offers that the assistant made on the day",
    "offers_inside": "those within the limits of their decision",
    "offers_by_hand": "offers that a person made on the day",
    "settled_owed": "what was owed where a settlement was accepted on the day",
    "settled_for": "what was agreed on there",
    "settled_over_floor": "what was agreed on there, less the least that policy would have taken",
    "messages_refused": "messages written on the day that the door did not let out",
    "cost": "messages_sent, answers_by_people, payments and collected at the costs below, and the month by days",
    **{
        f"bucket_{name}_30_days_ago": f"balance 30 days before of accounts {words} past due then"
        for name, words in (("1_30", "1 to 30 days"), ("31_60", "31 to 60"), ("61_90", "61 to 90"), ("over_90", "over 90"))
    },
    **{
        f"bucket_{name}_rolled": "those of it on which something is still owed, with the balance of then"
        for name in ("1_30", "31_60", "61_90", "over_90")
    },
}  # fmt: skip
