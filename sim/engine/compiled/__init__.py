"""The compiled engine: the rules of `sim.engine.processes` over whole numbers, as one compiled function.

How its data lie in memory was chosen by measurement: processor seconds of `simulate` on the floor of
`cisce-2024` (106,400 visits, 3.7 million rows), least of several runs, with neighbours on the machine,
so that a tenth means little. Most of the time is spent waiting for memory.

| tried | seconds |
|---|---|
| every field 64 bits; rows as they occur, gathered by actor at the end | 1.59 (rules 0.95, order 0.42) |
| small fields, a party in two lines of the cache, its rows side by side | 0.67 (rules 0.47, order 0.03) |
| the same, whom it met in a list instead of marks at all stops of its other days; the optimiser told that no two fields share memory; hours common to all booths remembered | included |
| events put off in linked buckets beside a small heap, parties fetched ahead | 0.70: nothing; the links missed the cache |
| buckets of chunks of seven keys, stops, rows and bookings fetched ahead, further tries marked when one is lost | 0.58 (rules 0.37) |
| the next in line and arrivals fetched ahead, a word of bits of whom a party may know | nothing alone |
| and siblings and stops further on the route | 0.55 (rules 0.34) |
| the contract looks at further tries only where there are any | 0.48 (contract 0.14 to 0.06) |

Not tried: rows of 16 bytes, parties numbered by their arrival, a heap with other than four children.
"""

from sim.engine.compiled.run import run

__all__ = ["run"]
