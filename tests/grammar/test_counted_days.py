"""So many weekdays or paydays are so many payments in that rhythm."""

from __future__ import annotations

from tests.examples import each
from tests.grammar.cases import in_order, meaning


@each(("message", "told"), [
    ("across 4 mondays please", "x4 ; weekly:mon"),
    ("three thursdays 88.50 each", "x3 ; weekly:thu ; $88.50 each"),
    ("10 tuesdays of 25", "x10 ; weekly:tue ; $25 each"),
    ("over the next six saturdays", "x6 ; weekly:sat"),
    ("i can finish it in 3 paydays", "x3 ; payday"),
    ("5 paychecks at 40", "x5 ; payday ; $40 each"),
    ("en cuatro lunes", "x4 ; weekly:mon"),
    ("2 sábados de 75", "x2 ; weekly:sat ; $75 each"),
    ("lo termino en dos quincenas", "x2 ; semimonthly"),
    ("cuatro quincenas de 60", "x4 ; semimonthly ; $60 each"),
    ("en 3 cheques", "x3 ; payday"),
])  # fmt: skip
def test_so_many_weekdays_are_so_many_payments(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)


@each(("message", "told"), [
    ("20 mondays", "$20 each ; weekly:mon"),
    ("$4 mondays", "$4 each ; weekly:mon"),
    ("i skipped 3 mondays already", "weekly:mon"),
    ("two mondays from now", "@03-23"),
    ("cada dos lunes cobro", "biweekly:mon"),
    ("lunes 4 o martes 5", "@05-04 ; @05-05"),
    ("i get 2 paychecks a month", "-"),
    ("35 los sábados", "$35 each ; weekly:sat"),
])  # fmt: skip
def test_sums_days_and_what_was_missed_stay_what_they_are(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)
