#!/usr/bin/env bash
# icalendar 7.3.2, seen on 2026-11-28 (CPython 3.11, Linux).
#
# `Calendar.add_missing_timezones()` writes zones in which summer time begins an hour late. The DTSTART of a VTIMEZONE's
# part is local time by the offset before (RFC 5545, 3.6.5: "TZOFFSETFROM ... is combined with DTSTART to define the
# effective onset"), so clocks that go from 02:00 to 03:00 have DTSTART ...T020000; what is written is the time that they
# show afterwards, ...T030000. Ends of summer time are right (03:00 by the offset before). A reader that goes by the file,
# which is what the zone is in it for, has another hour than the zone's own rules for the first hour of summer time:
# by night in Budapest and New York, but in Beirut, where clocks change at midnight, too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q icalendar==7.3.2 tzdata 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/zones.py" <<'PY'
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event


def changes(name: str, year: int) -> list[tuple[datetime, timedelta, timedelta]]:
    """The instants of a year at which a zone's offset changes, to the minute, by its rules."""
    zone, found = ZoneInfo(name), []
    at = datetime(year, 1, 1, tzinfo=timezone.utc)
    offset = at.astimezone(zone).utcoffset()
    while at.year == year:
        at += timedelta(minutes=1)
        new = at.astimezone(zone).utcoffset()
        if new != offset:
            found.append((at, offset, new))
            offset = new
    return found


def written(name: str, year: int) -> list[tuple[datetime, timedelta, timedelta]]:
    """The same by the VTIMEZONE that is added to a calendar with one event, read as RFC 5545 says."""
    calendar, event = Calendar(), Event()
    event.add("dtstart", datetime(year, 7, 1, 10, tzinfo=ZoneInfo(name)))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    (zone,) = calendar.walk("VTIMEZONE")
    found = []
    for part in zone.subcomponents:
        dates = [part["DTSTART"].dt]
        rdate = part.get("RDATE", [])
        for each in rdate if isinstance(rdate, list) else [rdate]:
            dates += [one.dt for one in each.dts]
        before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        found += [((d - before).replace(tzinfo=timezone.utc), before, after) for d in dates if d.year == year]
    return sorted(found)


for name in ("Europe/Budapest", "America/New_York", "Asia/Beirut"):
    right, seen = changes(name, 2024), written(name, 2024)
    assert [each[1:] for each in right] == [each[1:] for each in seen], (right, seen)
    late = [after[0] - before[0] for before, after in zip(right, seen)]
    for (at, before, after), (said, _, _), by in zip(right, seen, late):
        hours = [each / timedelta(hours=1) for each in (before, after, by)]
        print(
            f"{name:17} UTC{hours[0]:+g} to UTC{hours[1]:+g}: {at:%m-%d %H:%M}Z by its rules, "
            f"{said:%m-%d %H:%M}Z as written, {hours[2]:g} h late"
        )
    assert late == [timedelta(hours=1), timedelta(0)], late
print("as described")
PY
"$work/env/bin/python" "$work/zones.py"
