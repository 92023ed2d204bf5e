"""Runs with and without a part of the expo, over the same replications, and what their tables say of it."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.adds.added import CONTACT, MEASURES, MET, Added
from sim.decisions.adds.taken import own_of, owned, taken
from sim.decisions.compare.comparing import paired
from sim.studies.runner import Runner

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

    Keys = npt.NDArray[np.int64]
    Tables = Mapping[str, pd.DataFrame]

__all__ = ["adds"]

_TABLES: Final = ("meetings", "exhibitors", "ties", "outcomes")
_SIGNED: Final = ("intention", "agreement")
_THIRDS: Final = 3


def adds(
    scenario: Scenario | str | os.PathLike[str],
    what: str | Collection[str],
    *,
    own: str | Collection[str] = (),
    settings: Mapping[str, object] | None = None,
    replications: int = 10,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    runner: Runner | None = None,
) -> Added:
    """Run a scenario with and without some of its parts, and say what these add, to whom, and which pairs.

    Args:
        scenario: with them, or what `sim.load` takes.
        what: what is taken out: paths of tables (`"matchmaking.hungary"`, `"programme.talks"`), the name of a
            pavilion for all that it hosts, `"debuts"`; or several.
        own: whose parts they are: `"pavilion.hungary"`, `"country.HU"`, `"chain.energy"`, `"hall.E4"`,
            `"sponsor.gold"`, `"debuts"`; those that host them if left out.
        settings: values that the scenario has without them, `{"visitors.buyer.visits": 400}`: fewer may come.
        replications: how many with and how many without; 2 or more.
        seed: of all random draws; that of the scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        runner: that runs, and keeps the tables meetings, exhibitors, ties and outcomes.

    Raises:
        ScenarioError: the scenario cannot be loaded, or a setting not be made.
        StudyError: every replication of one of the two failed.
        ValueError: there is no such part or group, another part needs it, or a number is out of range.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of

    base = scenario_of(scenario)
    n = whole_number("replications", replications, 2)
    parts = taken(base, (what,) if isinstance(what, str) else what, settings)
    whose = own_of(base, (own,) if isinstance(own, str) else own) or parts.own
    if runner is None:
        at = base.data.expo.seed if seed is None else seed
        runner = Runner(
            seed=at, workers=workers, engine=engine, tables=_TABLES, progress=progress, study=study
        )
    with runner.asked("adds", {base.name: base}):
        with_it, without = paired(runner.results([base, parts.without], range(n)))
    return Added(
        scenario=base,
        without=parts.without,
        what=parts.what,
        own=whose,
        in_meetings=parts.matchmaking,
        seed=with_it.seed,
        numbers=with_it.numbers,
        **_read(with_it, without, whose, parts.matchmaking),
    )


def _read(
    with_it: ResultSet, without: ResultSet, own: Collection[str], of: Collection[str]
) -> dict[str, Any]:
    """The frames of an answer: exhibitors and pairs, replication by replication."""
    import pandas as pd

    exhibitors, pairs = [], []
    for number in with_it.numbers:
        two = (_kept(with_it, number), _kept(without, number))
        rows = _exhibitors(*two, own)
        rows.insert(0, "replication", number)
        exhibitors.append(rows)
        counted = _pairs(*two, set(rows["name"][rows["own"]]), of)
        pairs += [{"replication": number, **each} for each in counted]
    return {"exhibitors": pd.concat(exhibitors, ignore_index=True), "pairs": pd.DataFrame(pairs)}


def _kept(results: ResultSet, number: int) -> Tables:
    assert results.kept is not None  # the runner was told to
    return results.kept[number]


def _exhibitors(with_it: Tables, without: Tables, own: Collection[str]) -> pd.DataFrame:
    """A row an exhibitor that is there in one of the two: who it is, and each measure with and without."""
    import pandas as pd

    one, other = with_it["exhibitors"], without["exhibitors"]
    who = pd.concat([_who(one, own), _who(other, own)])
    who = who[~who.index.duplicated()]  # as it is with it
    near = ~who["own"] & who["hall"].isin(set(who["hall"][who["own"]]))
    rank = who["area_m2"][who["own"]].rank(method="first")
    third = ((rank - 1) * _THIRDS // max(len(rank), 1)).astype(int)
    found = who.assign(near=near, third=third.reindex(who.index, fill_value=-1))
    for tables, suffix in ((with_it, ""), (without, "_without")):
        values = _measures(tables).reindex(found.index, fill_value=0)
        for measure in MEASURES:
            found[measure + suffix] = values[measure].to_numpy()
    return found.rename_axis("name").reset_index()


def _who(exhibitors: pd.DataFrame, own: Collection[str]) -> pd.DataFrame:
    import pandas as pd

    facts = {
        "hall": exhibitors["hall"].astype(object).fillna("").astype(str).to_numpy(),
        "area_m2": exhibitors["area_m2"].to_numpy(),
        "own": owned(exhibitors, own).to_numpy(),
    }
    return pd.DataFrame(facts, index=exhibitors["name"].astype(str))


def _measures(tables: Tables) -> pd.DataFrame:
    """What each exhibitor has, by name."""
    import pandas as pd

    frame, came = tables["exhibitors"], tables["outcomes"]
    columns = {"met": "contacts", "useful": "useful_contacts", "meetings": "meetings_held"}
    columns["conversations"] = "conversations"
    found = pd.DataFrame(
        {name: frame[column].to_numpy() for name, column in columns.items()}, index=frame["name"].astype(str)
    )
    signed = came[came["fate"].isin(_SIGNED)]
    for name, rows in (("chain", came), ("intentions", signed)):
        ends = pd.concat([rows["exhibitor"].astype(str), rows["partner"].astype(str)])
        found[name] = ends.value_counts().reindex(found.index, fill_value=0)
    return found.astype("int64")


def _pairs(
    with_it: Tables, without: Tables, own: Collection[str], of: Collection[str]
) -> list[dict[str, object]]:
    """Pairs of organisations counted by when they met: a row what they did and whose they are."""
    import numpy as np
    import pandas as pd

    one, other, met = with_it["ties"], without["ties"], with_it["meetings"]
    held = met[met["held"].astype(bool) & met["programme"].isin(list(of))]
    sides = [frame[side] for frame in (one, other, held) for side in ("organisation", "partner")]
    names = pd.Index(pd.unique(pd.concat([pd.Series(_names(each)) for each in sides], ignore_index=True)))
    is_own = np.isin(names.astype(str), list(own))
    through = {
        CONTACT: _keys(held, names),
        MET: _keys(one[one["conversations"] == 0], names),
    }
    rows: list[dict[str, object]] = []
    for kind in (CONTACT, MET):
        a, b = (_keys(each[each["useful"] > 0] if kind == CONTACT else each, names) for each in (one, other))
        parts = {"only_with": np.setdiff1d(a, b), "both": np.intersect1d(a, b)}
        parts |= {f"through_{part}": np.intersect1d(of, through[kind]) for part, of in parts.items()}
        parts["only_without"] = np.setdiff1d(b, a)
        whose = {part: is_own[of // len(names)] | is_own[of % len(names)] for part, of in parts.items()}
        for label in ("own", "rest"):
            counts = {part: int((mask == (label == "own")).sum()) for part, mask in whose.items()}
            rows.append({"pairs": kind, "whose": label, **counts})
    return rows


def _names(column: pd.Series[Any]) -> list[str]:
    return [str(each) for each in column.astype("category").cat.categories]


def _keys(frame: pd.DataFrame, names: pd.Index[Any]) -> Keys:
    """A number of each different pair, whichever of the two comes first."""
    import numpy as np
    import pandas as pd

    ends = []
    for side in ("organisation", "partner"):
        column = frame[side].astype("category").cat
        at = names.get_indexer(pd.Index([str(each) for each in column.categories]))
        ends.append(at[column.codes.to_numpy()] if len(frame) else np.zeros(0, dtype=np.int64))
    found: Keys = np.unique(np.minimum(*ends) * len(names) + np.maximum(*ends)).astype(np.int64)
    return found
