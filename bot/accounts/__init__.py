"""Debts, their ledger, disputes and where they come from; facts go to a `Verified` person only."""

from bot.accounts.disputes import (
    adopt_disputes,
    decide_dispute,
    disputes_over,
    every_open_dispute,
    open_dispute,
    open_disputes,
    place_dispute,
    withdraw_dispute,
)
from bot.accounts.guards import LEDGER_GUARDS
from bot.accounts.importing import import_csv
from bot.accounts.ledger import days_past_due
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
    Payment,
)
from bot.accounts.placing import Account, Opening, Person, Placement, Report, place
from bot.accounts.rows import COLUMNS as IMPORT_COLUMNS
from bot.accounts.rows import REQUIRED as REQUIRED_COLUMNS
from bot.accounts.service import (
    balance,
    case_facts,
    debt,
    given_name,
    history,
    is_empty,
    itemisation,
    known_debt,
    known_debts_by_customer,
    known_debts_of,
    known_debts_of_each,
    known_histories,
    known_history,
    known_open_debts,
    known_parties,
    known_party,
    known_people,
    me,
    open_debts,
    post,
)

__all__ = [
    "IMPORT_COLUMNS", "LEDGER_GUARDS", "REQUIRED_COLUMNS", "Account", "CaseFacts", "Claim", "Debt",
    "DebtStatus", "Dispute", "DisputeOutcome", "DisputeReason", "Entry", "EntryKind", "Itemisation",
    "ItemisationKind", "NoSuchDebt", "Opening", "Party", "Payment", "Person", "Placement", "Report",
    "adopt_disputes", "balance", "case_facts", "days_past_due", "debt", "decide_dispute",
    "disputes_over", "every_open_dispute", "given_name", "history", "import_csv", "is_empty", "itemisation", "known_debt", "known_debts_by_customer",
    "known_debts_of", "known_debts_of_each", "known_histories", "known_history", "known_open_debts", "known_parties",
    "known_party", "known_people", "me", "open_debts", "open_dispute", "open_disputes",
    "place", "place_dispute", "post", "withdraw_dispute",
]  # fmt: skip
