"""Figures: sums of each day that the worker fills in, and what a manager reads from them.

`report` reads the tables of figures and nothing else; `work` fills them in, a day at a time. `watch` looks at the
experiment that runs.
"""

from bot.insight.costing import Costs, say_costs
from bot.insight.days import Day
from bot.insight.figures import Figure, figures
from bot.insight.jobs import roll, work
from bot.insight.measures import MEASURES
from bot.insight.outcomes import currency, past, rates
from bot.insight.reading import Point, Report, Shown, report
from bot.insight.source import PERIODS, Asked
from bot.insight.telling import BARS, amount, as_csv, title, value
from bot.insight.watching import look, watch

__all__ = [
    "BARS", "MEASURES", "PERIODS", "Asked", "Costs", "Day", "Figure", "Point", "Report", "Shown", "amount", "as_csv",
    "currency", "figures", "look", "past", "rates", "report", "roll", "say_costs", "title", "value", "watch", "work",
]  # fmt: skip
