"""The fields that a column may be, in words, and which column of a file each probably is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

Kind = Literal["accounts", "updates"]
_FILE = Path(__file__).with_name("fields.yml")
_ALIKE = 0.86
"""How near a heading has to be to a known one to be proposed."""
DAYS = frozenset((
    "date_of_birth", "opened_on", "due_since", "due_on", "last_statement_on", "service_from", "service_to", "itemisation_date",
    "last_payment_on", "settled_on", "still_customer_on", "day",
))  # fmt: skip
AMOUNTS = frozenset((
    "amount_then", "interest_since", "fees_since", "payments_since", "credits_since", "last_payment", "balance", "amount",
))  # fmt: skip


@dataclass(frozen=True)
class Field:
    """`needed` is "person" for what a company need not have. `fixed`: may be one value for the whole file."""

    name: str
    label: str
    group: str
    of: tuple[str, ...]
    words: tuple[str, ...]
    needed: bool | str = False
    fixed: bool = False
    hint: str = ""


@lru_cache(maxsize=1)
def _all() -> tuple[Field, ...]:
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(Field(**{**row, "of": tuple(row["of"]), "words": tuple(map(plain, row["words"]))}) for row in rows)


def fields(kind: Kind) -> tuple[Field, ...]:
    """In the order in which they are shown."""
    return tuple(one for one in _all() if kind in one.of)


def label(name: str) -> str:
    """As a page calls it; what is no field is called as it is."""
    return next((one.label for one in _all() if one.name == name), name)


def plain(heading: str) -> str:
    """ "Account No." and "account_no" are the same."""
    bare = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", heading)).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare.lower()).split())


def proposed(kind: Kind, names: Sequence[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Field to column. What this creditor's file was read like last time comes first; then a heading that is known; then
    one that is nearly so. A column is proposed for one field only, unless it was for several last time.
    """
    found = {field: column for field, column in remembered.items() if column in names}
    for least in (1.0, _ALIKE):
        for field in fields(kind):
            free = [name for name in names if name not in found.values()]
            near = max(((_near(field, name), -names.index(name), name) for name in free), default=None)
            if field.name not in found and near is not None and near[0] >= least:
                found[field.name] = near[2]
    return found


def _near(field: Field, name: str) -> float:
    said = plain(name)
    if said in (*field.words, plain(field.name), plain(field.label)):
        return 1.0
    return max((SequenceMatcher(None, said, word).ratio() for word in field.words if len(word) > 4), default=0.0) - 1e-9
