"""Policy, offers, counter-offers: decided purely from facts and a policy version, explained, replayed.

`decide(case, policy)` gives the limits and the reasons; `possible_offers` lists what they allow and
`answer_to` judges what the debtor proposes.
"""

from bot.negotiation import challenging, drafting, for_creditors, reporting, simulations
from bot.negotiation.agreed import (
    Agreement,
    after_paying,
    agreement,
    agreements_of,
    broken_since,
    current_agreement,
    grace_days,
    how_it_ended,
    latest_agreement,
    next_due,
    open_agreements,
    paid_parts,
    remaining,
    running,
    was_completed,
)
from bot.negotiation.agreements import (
    ChangeDenied,
    DebtOnHold,
    NoSuchAgreement,
    OfferExpired,
    OfferOutdated,
    accept,
    cancel,
    change,
    consider,
    end,
)
from bot.negotiation.approval import role_for
from bot.negotiation.catching_up import missed
from bot.negotiation.catching_up import replay as replay_payments
from bot.negotiation.changes import changes as policy_changes
from bot.negotiation.check import PolicyProblem
from bot.negotiation.check import problems as policy_problems
from bot.negotiation.choosing import Choices, choices
from bot.negotiation.combining import (
    against,
    is_empty,
    merge,
    of_offer,
    of_offers,
    together,
    without_down_payment,
)
from bot.negotiation.documents import agreement_document, completion_letter, has_completion_letter
from bot.negotiation.drafting import (
    Draft,
    DraftChanged,
    NoSuchDraft,
    NothingChanged,
)
from bot.negotiation.explaining import Explanation, explain, explained
from bot.negotiation.findings import Report
from bot.negotiation.findings import to_json as report_json
from bot.negotiation.first_day import latest_start
from bot.negotiation.forecast import Logged
from bot.negotiation.golden import Outcome, Situation
from bot.negotiation.golden import read as read_situations
from bot.negotiation.golden import run as run_situation
from bot.negotiation.granting import (
    BY_HAND,
    Allowed,
    BeyondAuthority,
    ByHand,
    NotOffered,
    Wanted,
    Weighed,
    allowed,
    made_at,
    offer_by_hand,
    open_by_hand,
    weigh,
)
from bot.negotiation.keeping import keep_agreements, look_after
from bot.negotiation.kept import Change, Changed, Denied, Move, MoveUp, NewAmount, Skip, What
from bot.negotiation.limits import (
    FullLimits,
    Limits,
    PlanLimits,
    ReliefLimits,
    SettlementLimits,
    Upkeep,
)
from bot.negotiation.live import policy as live_policy
from bot.negotiation.making import refreshed
from bot.negotiation.model import (
    Accepted,
    Answer,
    Ask,
    Case,
    Countered,
    FinalOffer,
    Frequency,
    Instalment,
    Kind,
    Missing,
    NoRoom,
    Offer,
    Part,
    Proposal,
    Reason,
    Value,
    Wants,
)
from bot.negotiation.offers import options as possible_offers
from bot.negotiation.offers import respond as answer_to
from bot.negotiation.other_ways import another_way, as_offered
from bot.negotiation.oversight import breaches
from bot.negotiation.paydays import next_payday, tell_paydays
from bot.negotiation.policy import Decision, PassedOver, decide, record, replay
from bot.negotiation.policy import dump as dump_policy
from bot.negotiation.policy import load as load_policy
from bot.negotiation.policy import version as policy_version
from bot.negotiation.replaying import Account
from bot.negotiation.report import to_text as report_text
from bot.negotiation.said import completed, remembered
from bot.negotiation.saying import Phrase, every, forgiven, in_words, left_out
from bot.negotiation.schedule import banking_day, local_date
from bot.negotiation.service import (
    Made,
    case_for,
    closing_for,
    note_hardship,
    offer,
    offers_made,
    options,
    respond,
    standing,
    standing_closings,
    times_offered,
)
from bot.negotiation.several import (
    DebtDisputed,
    DebtOffers,
    MoreThanAllOwed,
    allocate,
    evenly,
    for_each,
    free_and_held,
    options_for_all,
    respond_for_all,
    shared_out,
)
from bot.negotiation.simulate import simulate
from bot.negotiation.simulations import Simulation
from bot.negotiation.stored import stored_cases
from bot.negotiation.terms import Policy, Row, SettlementStep, Terms, Tier, When
from bot.negotiation.trying import Tried, try_case
from bot.negotiation.version_log import (
    BaseMoved,
    NoSuchVersion,
    NothingBefore,
    NotInState,
    OwnApproval,
    Version,
    VersionRefused,
    version,
)
from bot.negotiation.version_log import Event as VersionEvent
from bot.negotiation.version_log import State as VersionState
from bot.negotiation.version_log import Step as VersionStep
from bot.negotiation.version_log import versions as all_versions
from bot.negotiation.versions import (
    approve,
    draft,
    golden_cases,
    publish,
    reject,
    revise,
    roll_back,
    simulated,
    submit,
    withdraw,
)
from bot.negotiation.web import document_link
from bot.negotiation.web import routes as document_routes
from bot.negotiation.wishes import goes_on, leaves_rest, paced
from bot.negotiation.wording import Collector

__all__ = [
    "Choices",
    "choices",
    "BY_HAND",
    "Allowed",
    "BeyondAuthority",
    "ByHand",
    "NotOffered",
    "Wanted",
    "Phrase",
    "Weighed",
    "allowed",
    "made_at",
    "every",
    "forgiven",
    "in_words",
    "offer_by_hand",
    "open_by_hand",
    "weigh",
    "Draft",
    "DraftChanged",
    "NoSuchDraft",
    "NothingChanged",
    "Simulation",
    "Tried",
    "challenging",
    "drafting",
    "for_creditors",
    "simulations",
    "try_case",
    "another_way",
    "as_offered",
    "standing",
    "standing_closings",
    "times_offered",
    "closing_for",
    "completed",
    "remembered",
    "missed",
    "replay_payments",
    "against",
    "offers_made",
    "running",
    "is_empty",
    "merge",
    "of_offer",
    "of_offers",
    "together",
    "goes_on",
    "leaves_rest",
    "left_out",
    "paced",
    "without_down_payment",
    "Collector",
    "DebtDisputed",
    "DebtOffers",
    "Explanation",
    "MoreThanAllOwed",
    "allocate",
    "explain",
    "explained",
    "keep_agreements",
    "evenly",
    "for_each",
    "free_and_held",
    "options_for_all",
    "respond_for_all",
    "shared_out",
    "has_completion_letter",
    "agreement_document",
    "completion_letter",
    "document_link",
    "document_routes",
    "BaseMoved",
    "NoSuchVersion",
    "NotInState",
    "NothingBefore",
    "OwnApproval",
    "Version",
    "VersionEvent",
    "VersionRefused",
    "VersionState",
    "VersionStep",
    "approve",
    "draft",
    "golden_cases",
    "publish",
    "reject",
    "revise",
    "roll_back",
    "simulated",
    "submit",
    "version",
    "all_versions",
    "withdraw",
    "Change",
    "ChangeDenied",
    "Changed",
    "Denied",
    "Move",
    "MoveUp",
    "NewAmount",
    "NoSuchAgreement",
    "OfferOutdated",
    "Skip",
    "What",
    "agreement",
    "agreements_of",
    "broken_since",
    "was_completed",
    "cancel",
    "change",
    "consider",
    "grace_days", "how_it_ended",
    "look_after",
    "open_agreements",
    "paid_parts",
    "live_policy",
    "stored_cases",
    "Agreement",
    "DebtOnHold",
    "Made",
    "OfferExpired",
    "accept",
    "after_paying",
    "case_for",
    "current_agreement",
    "latest_agreement",
    "latest_start",
    "end",
    "next_due",
    "next_payday",
    "tell_paydays",
    "note_hardship",
    "offer",
    "options",
    "remaining",
    "respond",
    "Accepted",
    "Account",
    "Answer",
    "Ask",
    "Case",
    "Countered",
    "Decision",
    "FinalOffer",
    "Frequency",
    "FullLimits",
    "Instalment",
    "Kind",
    "Limits",
    "Logged",
    "Missing",
    "NoRoom",
    "Offer",
    "Outcome",
    "Part",
    "PassedOver",
    "PlanLimits",
    "Policy",
    "PolicyProblem",
    "Proposal",
    "Reason",
    "ReliefLimits",
    "Report",
    "Row",
    "SettlementLimits",
    "SettlementStep",
    "Situation",
    "Terms",
    "Tier",
    "Upkeep",
    "Value",
    "Wants",
    "When",
    "answer_to",
    "banking_day",
    "breaches",
    "decide",
    "dump_policy",
    "load_policy",
    "local_date",
    "policy_changes",
    "policy_problems",
    "policy_version",
    "possible_offers",
    "read_situations",
    "record",
    "simulate",
    "refreshed",
    "report_json",
    "report_text",
    "reporting",
    "role_for",
    "run_situation",
    "replay",
]
