"""A list of exhibitors to start from: every column, with companies as the template draws them."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

__all__ = ["exhibitors_csv"]


def exhibitors_csv(n: int) -> bytes:
    """A list of `n` exhibitors in CSV, as the template draws so many; other columns are empty.

    Names are to be replaced; what is deleted in a cell, or with a column, is drawn.
    """
    from sim.expo.exhibitors.organisations import draw_exhibitors
    from sim.scenario import ExhibitorRow, load, template
    from sim.scenario.schema.countries import CODES
    from sim.scenario.schema.kinds import STAGES
    from sim.streams import Streams

    digits = max(3, len(str(n)))
    names = [f"Exhibitor {i:0{digits}d}" for i in range(1, n + 1)]
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "template.toml"
        path.write_text(template(n), encoding="utf-8")
        path.with_name("exhibitors.csv").write_text("name\n" + "\n".join(names) + "\n", encoding="utf-8")
        scenario = load(path)
    data = scenario.data
    organisations, exhibitors = draw_exhibitors(scenario, Streams(data.expo.seed, 0))
    chains, sponsors = list(data.chains), [*data.exhibitors.sponsors, ""]
    columns = list(ExhibitorRow.model_fields)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for i, name in enumerate(names):
        row = {
            "name": name,
            "chain": chains[organisations.chain[i]],
            "stage": STAGES[organisations.stage[i]],
            "country": CODES[organisations.country[i]],
            "area_m2": f"{exhibitors.area_m2[i]:.1f}",
            "staff": exhibitors.staff[i],
            "sponsor": sponsors[exhibitors.sponsor[i]],
        }
        writer.writerow(row)
    return text.getvalue().encode("utf-8")
