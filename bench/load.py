"""What else the machine did: a figure of time means little without it."""

from __future__ import annotations

import os


def now() -> str:
    """For the context of a row."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} (1 min), {five:.1f} (5 min) on {os.cpu_count()} processors"
