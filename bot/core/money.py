"""Money is a value: a whole number of minor units and a currency. There is no float and no bare number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, DecimalException
from fractions import Fraction
from functools import lru_cache, total_ordering
from typing import Literal

from babel.numbers import format_currency, get_currency_precision

Rounding = Literal["up", "down", "half"]
_LOCALES = {"en": "en_US", "es": "es_US"}
_MODES = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "half": ROUND_HALF_UP}
_precision = lru_cache(maxsize=256)(get_currency_precision)


@total_ordering
@dataclass(frozen=True)
class Money:
    """`minor` units of an ISO 4217 `currency`. Arithmetic across currencies raises ValueError."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError(f"minor units are a whole number, got {self.minor!r}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def of(cls, text: str | Decimal, currency: str) -> Money:
        """From major units, "12.50". Raises ValueError when it is no number or finer than the currency."""
        try:
            minor = Decimal(text).scaleb(_precision(currency))
        except DecimalException:
            raise ValueError(f"expected an amount such as 12.50, got {text!r}") from None
        if not minor.is_finite() or minor != minor.to_integral_value():
            raise ValueError(f"expected at most {_precision(currency)} decimals, got {text!r}")
        return cls(int(minor), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    @property
    def major(self) -> Decimal:
        """In major units: Decimal("12.50")."""
        return Decimal(self.minor).scaleb(-_precision(self.currency))

    def split(self, parts: int) -> tuple[Money, ...]:
        """`parts` amounts that sum to this one exactly; the last takes the rounding."""
        each = self.minor // parts
        return tuple(Money(each, self.currency) for _ in range(parts - 1)) + (
            Money(self.minor - each * (parts - 1), self.currency),
        )

    def percent(self, value: int | Decimal | Fraction, rounding: Rounding = "half") -> Money:
        """`value` per cent of this, rounded to the minor unit."""
        exact = Fraction(value) * self.minor / 100
        quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
        return Money(int(quotient.to_integral_value(_MODES[rounding])), self.currency)

    def text(self, language: str = "en") -> str:
        """As a person reads it: "$1,234.50". Uses plain spaces only, so that an SMS keeps its 160 letters."""
        shown: str = format_currency(self.major, self.currency, locale=_LOCALES.get(language, "en_US"))
        return shown.replace("\u00a0", " ").replace("\u202f", " ")

    def spoken(self, language: str = "en") -> str:
        """As a person says it in a message: "$40", and "$40.50" when there are cents."""
        shown = self.text(language)
        is_whole = self.major == self.major.to_integral_value()
        return shown[: -len(".00")] if is_whole and shown.endswith(".00") else shown

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other.minor
