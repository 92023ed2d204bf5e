"""The compiled engine: the rules of `sim.engine.processes` over whole numbers, as one compiled function.

How its data lie in memory was chosen by measurement: processor seconds of `simulate` on the floor of
`cisce-2024` (106,400 visits, 3.7 million rows), least of several runs, with neighbours on the machine,
so that a tenth means little. Most of the time is spent waiting for memory.

| tried | seconds |
|---|---|
| every field 64 bits; rows as they occur, gathered by actor at the end | 1.59 (rules 0.95, order 0.42) |
| small fields, a party in two lines of the cache, its rows side by side; and (1) | 0.67 (0.47, 0.03) |
| events put off in linked buckets, parties fetched ahead: nothing, the links miss the cache | 0.70 |
| buckets of chunks of seven keys; stops, rows and bookings fetched ahead; and (2) | 0.58 (rules 0.37) |
| the next in line and arrivals fetched ahead, bits of whom a party may know: nothing alone | 0.58 |
| and siblings, and stops further on the route | 0.55 (rules 0.34) |
| contract: further tries looked at where there are any, places looked up | 0.50 (contract 0.09 to 0.05) |

(1) Whom a party met is in a list, instead of marks at all stops of its other days; the optimiser is told
that no two fields share memory; the hours common to all booths are looked up once. (2) A further try is
marked when the one before is lost. What fetched the next in line, siblings of those who talk and arrivals
has since been taken out: no slower without (0.24 to 0.26 s against 0.25 to 0.31, 100,000 visits).

Not tried: rows of 16 bytes, parties numbered by their arrival, a heap with other than four children.
"""

from sim.engine.compiled.native import interpreted
from sim.engine.compiled.run import load, loaded, run

__all__ = ["interpreted", "load", "loaded", "run"]
