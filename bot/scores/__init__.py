"""Scores: how likely what is to come is missed, told from what was known on the day, with its reasons in words.

They order work and time messages. They set no terms: nothing below this room can reach it, and no debtor hears one.
"""

from bot.scores import lateness, measuring
from bot.scores.dues import all_dues, key_of
from bot.scores.features import FEATURES, History
from bot.scores.jobs import keep_parts, tell, train, work
from bot.scores.model import DOUBLE, Card, Due, Figures, Known, Part, Score, Target, points
from bot.scores.report import Report, report
from bot.scores.service import WITHIN, Trained, chances, in_force, months, most_likely, of_debt, of_parts, trainings

__all__ = [
    "DOUBLE", "FEATURES", "WITHIN", "Card", "Due", "Figures", "History", "Known", "Part", "Report", "Score", "Target", "Trained", "all_dues", "chances",
    "in_force", "keep_parts", "key_of", "lateness", "measuring", "months", "most_likely", "of_debt", "of_parts", "points", "report", "tell", "train",
    "trainings", "work",
]  # fmt: skip
