"""How many examples a property tries: all of them in `make soak`, which also tries new ones, a tenth in `make test`."""

from __future__ import annotations

import os

NEW = "PARLEY_NEW_EXAMPLES" in os.environ


def many(most: int) -> int:
    return most if NEW else most // 10
