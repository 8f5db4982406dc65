"""Maria with her debt, in a database."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot import accounts, core, identity
from tests.accounts.marias_account import PHONE, SECRET, placement, verified


@pytest.fixture
def maria(session: core.Session, now: datetime) -> identity.Verified:
    """Maria, verified on her phone, who owes $612.40."""
    accounts.place(session, [placement()], now=now, secret=SECRET)
    return verified(session, PHONE, now)


@pytest.fixture
def debt_id(session: core.Session, maria: identity.Verified, now: datetime) -> str:
    return accounts.open_debts(session, maria, now)[0].id
