"""Debts, their ledger, disputes and where they come from; facts go to a `Verified` person only."""

from bot.accounts.disputes import WORDS as DISPUTE_WORDS
from bot.accounts.disputes import (
    adopt_disputes,
    decide_dispute,
    disputed_part,
    disputes_over,
    every_open_dispute,
    last_decision,
    name_disputed,
    open_dispute,
    open_disputes,
    place_dispute,
    unnamed_disputes,
    withdraw_dispute,
)
from bot.accounts.ended import ended
from bot.accounts.evidence import Evidence, evidence
from bot.accounts.grace import check_space, give_space
from bot.accounts.grace import longest as longest_space
from bot.accounts.guards import LEDGER_GUARDS
from bot.accounts.importing import import_csv
from bot.accounts.ledger import days_past_due, undone
from bot.accounts.legal_steps import has_legal_step, take_legal_step
from bot.accounts.limitation import is_time_barred, limitations, past_reporting, runs_out, time_barred, too_old
from bot.accounts.model import (
    CaseFacts,
    Claim,
    Debt,
    DebtStatus,
    Dispute,
    DisputeOutcome,
    DisputeReason,
    Entry,
    EntryKind,
    Itemisation,
    ItemisationKind,
    NoSuchDebt,
    Party,
    PartyKind,
    Payment,
)
from bot.accounts.notices import (
    Sent,
    make_notice,
    notice_by_token,
    notice_of,
    posted,
    to_post,
    validation_ends,
)
from bot.accounts.placing import Account, Look, Opening, Person, Placement, Report, look, marry, place
from bot.accounts.resolved import Decided, PaidOff, decided_since, paid_off_since
from bot.accounts.rows import COLUMNS as IMPORT_COLUMNS
from bot.accounts.rows import OF_A_PERSON, is_zip, read_row
from bot.accounts.rows import REQUIRED as REQUIRED_COLUMNS
from bot.accounts.service import (
    balance,
    case_facts,
    debt,
    given_name,
    here_since,
    history,
    is_empty,
    itemisation,
    known_clients,
    known_debt,
    known_debt_by_reference,
    known_debts_by_customer,
    known_debts_by_id,
    known_debts_of,
    known_debts_of_each,
    known_histories,
    known_history,
    known_money_of_client,
    known_open_debts,
    known_parties,
    known_party,
    known_people,
    known_references_of_client,
    me,
    open_debts,
    payments_between,
    post,
    rest,
)
from bot.accounts.speaking import speaking, speaking_of_debt
from bot.accounts.validation import SEND_WITHIN as NOTICE_WITHIN
from bot.accounts.validation import Notice, Sender
from bot.accounts.waiving import Charge, Waiver, charge_again, charges, waive, waivers

__all__ = [
    "DISPUTE_WORDS", "has_legal_step", "take_legal_step", "IMPORT_COLUMNS", "LEDGER_GUARDS", "NOTICE_WITHIN", "REQUIRED_COLUMNS", "Account", "CaseFacts", "Claim", "Debt",
    "DebtStatus", "Dispute", "DisputeOutcome", "DisputeReason", "Entry", "EntryKind", "Evidence", "Itemisation",
    "ItemisationKind", "Look", "NoSuchDebt", "OF_A_PERSON", "PartyKind", "Notice", "Opening", "Party", "Payment", "Person", "Placement", "Report", "Sender", "Sent",
    "adopt_disputes", "balance", "case_facts", "check_space", "days_past_due", "debt", "decide_dispute",
    "disputed_part", "disputes_over", "ended", "evidence", "every_open_dispute", "last_decision", "give_space", "given_name", "here_since", "history", "import_csv", "is_empty", "is_time_barred", "is_zip", "itemisation", "known_clients", "known_debt", "known_debt_by_reference", "known_debts_by_customer", "known_debts_by_id",
    "known_debts_of", "known_debts_of_each", "known_histories", "known_history", "known_money_of_client", "known_references_of_client", "known_open_debts", "known_parties",
    "known_party", "known_people", "limitations", "longest_space", "look", "marry", "read_row", "make_notice", "me", "name_disputed", "notice_by_token", "notice_of", "open_debts", "open_dispute", "open_disputes",
    "Decided", "PaidOff", "decided_since", "paid_off_since", "past_reporting", "payments_between", "place", "speaking", "speaking_of_debt", "place_dispute", "post", "posted", "rest", "runs_out", "time_barred", "too_old", "to_post", "validation_ends", "Charge", "Waiver", "charge_again", "charges", "waive", "waivers", "undone", "unnamed_disputes", "withdraw_dispute",
]  # fmt: skip
