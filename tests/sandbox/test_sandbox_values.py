"""The small pure parts: forms, schemas, segments, numbers, links."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from bot.sandbox.model import normal_number
from bot.sandbox.phone_view import linked
from bot.sandbox.stripe_forms import decode, fit
from bot.sandbox.stripe_schema import KINDS, answer_schema, request_schema
from bot.sandbox.twilio_segments import measure
from tests.examples import each

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
KEY = st.text("abcxyz_", min_size=1, max_size=5)
TREE = st.dictionaries(
    KEY, st.recursive(TEXT, lambda inner: st.dictionaries(KEY, inner, min_size=1, max_size=3), max_leaves=8)
)


@given(TREE)
def test_a_tree_survives_the_sdks_encoding(tree: dict[str, Any]) -> None:
    assert decode(list(_api_encode(tree))) == tree


def test_texts_become_the_types_that_the_sdk_names() -> None:
    sent = {
        "mode": "payment",
        "expires_at": 1_800_000_000,
        "allow_promotion_codes": False,
        "expand": ["payment_intent"],
        "metadata": {"order": "7"},
        "line_items": [{"quantity": 2, "price_data": {"currency": "usd", "unit_amount": 50}}],
    }
    form = [(key, str(value)) for key, value in _api_encode(sent)]
    assert fit(decode(form), request_schema("checkout.SessionCreateParams")) == (sent, [])


def test_all_misfits_are_found_at_once() -> None:
    tree = decode([("mode", "pay"), ("line_items[0][qty]", "1"), ("expires_at", "soon")])
    _, misfits = fit(tree, request_schema("checkout.SessionCreateParams"))
    assert [misfit.param for misfit in misfits] == ["mode", "line_items[0][qty]", "expires_at"]


def test_the_schemas_ask_for_what_the_sdk_says_is_always_there() -> None:
    counted = {}
    for kind in KINDS:
        schema = answer_schema(kind)
        counted[kind] = len(schema["definitions"][schema["$ref"].removeprefix("#/definitions/")]["required"])
    assert counted == {
        **counted,
        "checkout.session": 12,
        "payment_intent": 13,
        "charge": 15,
        "refund": 5,
        "event": 7,
    }


@each(
    ("text", "encoding", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("é" * 160, "GSM-7", 1),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("á" * 70, "UCS-2", 1),
        ("á" * 71, "UCS-2", 2),
        ("\u2019" * 134, "UCS-2", 2),
        ("🙂" * 35, "UCS-2", 1),
        ("🙂" * 36, "UCS-2", 2),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, encoding: str, count: int) -> None:
    size = measure(text)
    assert (size.encoding, size.count) == (encoding, count)


@each("text", ["", "12", "hello", "+0123456789", "+1234567890123456"])
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a phone number"):
        normal_number(text)


def test_only_web_addresses_become_links() -> None:
    assert linked("see https://a.example/p/x?y=1.") == (
        'see <a href="https://a.example/p/x?y=1" target="_blank" rel="noopener noreferrer">https://a.example/p/x?y=1</a>.'
    )
    assert "<a" not in linked("javascript:alert(1) <script>")
    assert "&lt;script&gt;" in linked("<script>")
