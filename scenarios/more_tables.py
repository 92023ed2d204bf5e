"""What are five more tables worth? A scenario, varied, and the paired difference with its interval.

Run it with `python scenarios/more_tables.py`; change the names, and it answers your own question.
"""

import sim

KPIS = ("meetings.scheduled", "meetings.held", "booths.lost_share")


def main() -> None:
    """Print each KPI with five tables, with ten, and the difference between the two."""
    five = sim.load("quickstart").replace(**{"matchmaking.main.tables": 5})
    ten = five.replace(**{"matchmaking.main.tables": 10})
    # Same seed, same replications: both are the same fair but for the tables, so differences are
    # taken replication by replication (common random numbers).
    few, many = (sim.replicate(scenario, replications=10, seed=7) for scenario in (five, ten))
    for name in KPIS:
        gain = many.difference(few, name)
        before, after = few.estimate(name).mean, many.estimate(name).mean
        print(f"{name:20} {before:8.3f} -> {after:8.3f}: {gain:+.3f}")


if __name__ == "__main__":
    main()
