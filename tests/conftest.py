"""What holds for all tests: none fails because the machine is busy.

Hypothesis gives each example 200 ms by default; how long one takes depends on what else
runs, and on which parser it is the first to load.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")
