"""What was counted at fairs and with badges, counted of a trace in the same way: KPIs on demand.

Like is compared with like: conversations of a minute or more, up to an hour; persons with persons, their
companions included; days of the same span; agreed meetings over both sides. Importing this package registers
them as the theme `record` (`sim.statistics.kpis.registry.MEASURES`); `sim.decisions.validate` holds them
against what was published and measured.
"""

from sim.statistics.record import people, talks, partners, badges, arranged  # noqa: F401, I001 (in the order shown)
