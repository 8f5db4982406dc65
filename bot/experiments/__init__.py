"""Champion and challenger: two versions of the policy compared by debtor, read at any moment, stopped by guardrails.

`statistics`, `sizing` and `guarding` are pure. What came of each debtor is read above, in `insight`.
"""

from bot.experiments.assigning import Exposure, arm_at, asked, expose, exposure, place, share_at
from bot.experiments.guarding import WITHIN
from bot.experiments.model import (
    GUARD_DAYS,
    GUARDS,
    LONGEST_DAYS,
    OUTCOMES,
    AnotherRuns,
    Arm,
    ChampionMoved,
    Design,
    Event,
    Experiment,
    ExperimentRefused,
    NoSuchExperiment,
    NotInState,
    OwnReview,
    State,
    Step,
    problems,
)
from bot.experiments.reading import Beside, Guard, Reading, beside, last_at, read, readings, verdict, write
from bot.experiments.service import (
    BY_ITSELF,
    experiment,
    experiments,
    known,
    propose,
    reject,
    running,
    start,
    stop,
    withdraw,
)
from bot.experiments.sizing import LIMIT_WEEKS, Past, Size, size
from bot.experiments.statistics import Interval, Seen, interval, split_by_chance

__all__ = [
    "BY_ITSELF", "GUARDS", "GUARD_DAYS", "LIMIT_WEEKS", "LONGEST_DAYS", "OUTCOMES", "WITHIN", "AnotherRuns", "Arm", "Beside", "ChampionMoved", "Design",
    "Event", "Experiment", "ExperimentRefused", "Exposure", "Guard", "Interval", "NoSuchExperiment", "NotInState", "OwnReview",
    "Past", "Reading", "Seen", "Size", "State", "Step", "arm_at", "asked", "beside", "experiment", "experiments", "expose", "exposure",
    "interval", "known", "last_at", "place", "problems", "propose", "read", "readings", "reject", "running", "share_at", "size",
    "split_by_chance", "start", "stop", "verdict", "withdraw", "write",
]  # fmt: skip
