#!/usr/bin/env bash
# vidigi 2.0.0, seen on 2026-11-28 (CPython 3.11, Linux, pandas 3.0.3).
#
# `generate_animation_df` puts the icon of somebody who uses a resource so many gaps from the place of the event as the
# number in `resource_id` says. A log that numbers its resources once for all, so that use can be told by resource, has
# its icons elsewhere: of 100 clinics with two doctors each the last doctor is number 200, and whoever sees her stands
# up to 190 to the side and 270 along, among other clinics, since rows wrap after 20 by default; without wrapping, 2,000
# to the side. Nothing is said of it. With numbers from 1 at each place, in a column that `resource_col_name` names, the
# same log is drawn where it should be: at most 20 from its place.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q vidigi==2.0.0 pandas==3.0.3 numpy==2.4.6 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/icons.py" <<'PY'
import pandas as pd
from vidigi.prep import generate_animation_df, reshape_for_animations

PLACES, DOCTORS = 100, 2
rows = []
for place in range(PLACES):
    for doctor in range(DOCTORS):
        who, number = place * DOCTORS + doctor + 1, place * DOCTORS + doctor + 1
        for event, kind, time in (
            ("arrival", "arrival_departure", 0.0),
            (f"clinic_{place + 1}", "resource_use", 1.0),
            (f"clinic_{place + 1}_ends", "resource_use_end", 9.0),
            ("depart", "arrival_departure", 9.0),
        ):
            use = kind.startswith("resource")
            rows.append(
                {
                    "entity_id": who, "pathway": "all", "event": event, "event_type": kind, "time": time,
                    "resource_id": number if use else None, "unit": doctor + 1 if use else None,
                }
            )
log = pd.DataFrame(rows)
positions = pd.DataFrame(
    [{"event": "arrival", "x": 0, "y": 0, "label": "in"}, {"event": "depart", "x": 0, "y": 500, "label": "out"}]
    + [{"event": f"clinic_{p + 1}", "x": 100, "y": 40 * (p + 1), "label": "clinic"} for p in range(PLACES)]
)
steps = reshape_for_animations(log, every_x_time_units=1, limit_duration=10)
expected = {
    ("resource_id", None): (2000, 0), ("resource_id", 20): (190, 270), ("unit", None): (20, 0), ("unit", 20): (10, 0),
}
seen, height = {}, positions.set_index("event")["y"]
for column, wrap in expected:
    drawn = generate_animation_df(
        steps, positions, wrap_resources_at=wrap, step_snapshot_max=1000, resource_col_name=column
    )
    used = drawn[drawn["event"].astype(str).str.fullmatch(r"clinic_\d+") & drawn[column].notna()]
    assert used["entity_id"].nunique() == PLACES * DOCTORS
    across = (used["x_final"] - used["x"]).abs().max()
    along = (used["y_final"] - used["event"].map(height).astype(float)).abs().max()
    seen[column, wrap] = (across, along)
    print(f"by {column:11} rows of {wrap or 'any':>3}: up to {across:5g} across and {along:3g} along from their place")
assert seen == expected, seen
print("as described")
PY
"$work/env/bin/python" -W ignore "$work/icons.py"
