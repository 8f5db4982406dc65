"""The process of a simulation under `parley up`, whose children end with their parent."""

from __future__ import annotations

import os
import sys

from bot import family, simulating

AS_THE_COMMAND_BEGINS = "import time; from bot import family; family.follow_parent(); time.sleep(4 * family.LOOK)"


def test_a_simulation_goes_on_under_parley_up_though_its_parent_is_the_worker(monkeypatch) -> None:
    monkeypatch.setenv(family.PARENT, str(os.getppid()))  # as it is in a worker that `parley up` started
    monkeypatch.setattr(simulating, "COMMAND", (sys.executable, "-c", AS_THE_COMMAND_BEGINS))
    assert simulating._begin().wait(60) == 0
