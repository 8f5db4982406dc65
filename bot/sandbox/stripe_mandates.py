"""What a payer's bank account may be debited by: there once the account is saved, until the bank ends it.

The bank ends it at once: `POST /stripe/bank/mandates/<payment method>`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call


class MandateNews(Struct, forbid_unknown_fields=True):
    """What the bank says of it."""

    status: Literal["inactive"] = "inactive"


def keep(call: Call, method: Json) -> str | None:
    """The id of the mandate of a bank account that is the customer's from now on; cards have none."""
    if method["type"] != "us_bank_account":
        return None
    made: Json = {
        "id": _id_of(method["id"]), "object": "mandate", "livemode": False, "multi_use": {}, "status": "active",
        "customer_acceptance": {
            "accepted_at": call.now, "type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "sandbox"},
        },
        "payment_method": method["id"], "payment_method_details": {"type": "us_bank_account", "us_bank_account": {}},
        "type": "multi_use",
    }  # fmt: skip
    return str(call.store.save(made)["id"])


def retrieve(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "mandate", "mandate")


def mandate_news(call: Call, news: MandateNews, method_id: str) -> Json:
    found = call.need(_id_of(method_id), "mandate", "mandate")
    if found["status"] != "active":
        raise ApiError(400, f"This mandate is {found['status']}.")
    found["status"] = news.status
    call.emit("mandate.updated", call.store.save(found), {"status": "active"})
    return found


def _id_of(method_id: str) -> str:
    return f"mandate_{method_id.removeprefix('pm_')}"
