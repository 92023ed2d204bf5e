"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Machines are shared and noisy: a slow draw is no fault. A check of a submission tries the same examples
# each time, so that what passed once passes again; everywhere else each run tries new ones.
settings.register_profile("here", suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
