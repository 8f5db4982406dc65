"""Payment requests and links, the gateway to the provider, webhook intake, receipts. The ledger says what has arrived."""

from bot.payments import (
    autopay,
    autopay_news,
    by_plan,
    charging,
    finding_out,
    mandate_store,
    mandates,
    nightly,
    page_texts,
    waited,
)
from bot.payments.announcing import coming, is_taken, leave_out
from bot.payments.checkout import (
    Opened,
    at_provider,
    begin_checkout,
    checkout_opened,
    checkout_refused,
    is_held,
)
from bot.payments.document_words import entry as entry_words
from bot.payments.documents import document_routes, receipt_of, write_year, years
from bot.payments.elsewhere import AlreadyRecorded, How, Received, Recorded, record_received, standing, take_back
from bot.payments.gateway import (
    LEAST_MINOR,
    BadWebhook,
    Broken,
    Event,
    Gateway,
    GatewayError,
    GivenBack,
    Movement,
    NotAnEvent,
    NotThere,
    Refused,
    Unavailable,
    WrongMode,
    WrongSignature,
)
from bot.payments.jobs import look_again, process_events, reconcile
from bot.payments.model import (
    Attempt,
    BankDispute,
    Checkout,
    FraudWarning,
    Line,
    Link,
    Paid,
    Payment,
    PaymentRequest,
    PayView,
    Purpose,
    Refund,
    Saved,
    State,
)
from bot.payments.on_its_way import amount_on_its_way, is_on_its_way, left_once_here, may_come
from bot.payments.problems import Kind as ProblemKind
from bot.payments.problems import PaymentProblem, finish, open_problems, told, untold
from bot.payments.problems import note as note_problem
from bot.payments.refunding import (
    Card,
    RefundOrder,
    foresee_refund,
    order_refund,
    refundable,
    send_refund,
    send_refunds,
)
from bot.payments.refusals import LinkUnknown, MoreThanOwed, NothingToPay, NotPayable, OnHold, OnItsWay, TooSmall
from bot.payments.service import (
    dead_links,
    open_link,
    open_links,
    opened,
    request,
    request_for_several,
    view,
)
from bot.payments.shares import Share
from bot.payments.store import newest_request
from bot.payments.stripe import StripeGateway
from bot.payments.webhooks import stuck_events, take_event

__all__ = [
    "Paid", "document_routes", "entry_words", "receipt_of", "write_year", "years",
    "AlreadyRecorded", "Attempt", "BadWebhook", "How", "Received", "Recorded", "record_received", "standing", "take_back",
    "BankDispute", "Checkout", "Card", "FraudWarning", "Broken", "GivenBack", "Movement", "NotThere", "LEAST_MINOR", "look_again", "PaymentProblem", "ProblemKind", "finish", "open_problems", "note_problem", "told", "untold", "RefundOrder", "foresee_refund", "order_refund", "refundable", "send_refund", "send_refunds", "Gateway", "GatewayError", "Link", "LinkUnknown",
    "MoreThanOwed", "NotAnEvent", "NotPayable", "NothingToPay", "OnHold", "Opened", "PayView", "Payment", "Purpose",
    "OnItsWay", "amount_on_its_way", "coming", "is_held", "is_on_its_way", "left_once_here", "is_taken", "leave_out", "may_come", "newest_request", "PaymentRequest", "Saved", "autopay", "autopay_news", "by_plan", "charging", "finding_out", "mandate_store", "mandates", "nightly",
    "Refund", "Refused", "State", "Event", "StripeGateway", "TooSmall", "Unavailable", "WrongMode",
    "WrongSignature", "at_provider", "begin_checkout", "checkout_opened", "checkout_refused", "page_texts",
    "dead_links", "open_link", "open_links", "opened", "process_events", "reconcile", "request", "request_for_several", "Line", "Share", "stuck_events", "take_event", "view", "waited",
]  # fmt: skip
