"""The event list beside the calendar, and the turns that have come within an event.

Events to come soon are in a heap of keys, which is small; those that come later are put off in buckets of
some seconds, each in chunks of keys in no order, and get into the heap a bucket at a time.
"""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.state import CHUNK, Head
from sim.floor.order import ENTITY_BITS, RANK_BITS, TIME_BITS

__all__ = ["ENTITY", "LATEST", "RANK", "SHIFT", "at", "fill", "pop", "succeed"]

SHIFT = RANK_BITS + ENTITY_BITS
ENTITY = (1 << ENTITY_BITS) - 1
RANK = ((1 << RANK_BITS) - 1) << ENTITY_BITS
LATEST = 1 << TIME_BITS


@rule
def at(f: Head, time: int, rank: int, entity: int) -> None:
    """An event at a time; one beyond the last time that there is does not happen, which is noted."""
    if time >= LATEST:
        f.too_late = 1
        return
    key = int(time) << SHIFT | rank | int(entity)
    if time < f.soon:
        _heap(f, key)
        return
    bucket = of.bucket(f, time >> f.bucket_bits)
    if bucket.keys == CHUNK or bucket.first == 0:
        first = f.spare
        if first == 0:
            f.later_used += CHUNK + 1
            first = f.later_used
        else:
            f.spare = of.later(f, first).key
        of.later(f, first).key = bucket.first
        bucket.first, bucket.keys = first, 0
    bucket.keys += 1
    of.later(f, bucket.first - bucket.keys).key = key
    f.put_off += 1


@rule
def fill(f: Head) -> None:
    """Put the next bucket with events into the empty heap, unless the calendar has something before.

    What these events will ask for is fetched into the processor's cache meanwhile, for all of them together.
    """
    bits = f.bucket_bits
    b = f.soon >> bits
    last = of.known(f, f.next).key >> SHIFT >> bits if f.next < f.known_events else (LATEST - 1) >> bits
    while b <= last and of.bucket(f, b).first == 0:
        b += 1
    if b > last:
        f.soon = b << bits
        return
    f.soon = (b + 1) << bits
    bucket = of.bucket(f, b)
    chunk, keys = bucket.first, bucket.keys
    bucket.first = 0
    while chunk != 0:
        for i in range(chunk - keys, chunk):
            key = of.later(f, i).key
            of.fetch_party(f, key & ENTITY)
            _heap(f, key)
        f.put_off -= keys
        link = of.later(f, chunk)
        chunk, link.key, f.spare, keys = link.key, f.spare, chunk, CHUNK
    _fetch_ahead(f)


@rule
def _fetch_ahead(f: Head) -> None:
    """Have fetched what the events in the heap will ask for, of each party."""
    for n in range(f.waiting):
        v = of.event(f, n).key & ENTITY
        if v < f.parties:
            party = of.party(f, v)
            of.fetch_stop(f, party.next_stop - 1)
            of.fetch_stop(f, party.next_stop + 3)
            of.fetch_row(f, party.next_row)
            if party.next_booking < party.last_booking:
                of.fetch_booking(f, party.next_booking)
            if party.again:
                of.fetch_party_again(f, v)


@rule
def _heap(f: Head, key: int) -> None:
    """Put a key into the heap."""
    hole = f.waiting
    f.waiting += 1
    while hole > 0:
        above = (hole - 1) >> 2
        if of.event(f, above).key <= key:
            break
        of.event(f, hole).key = of.event(f, above).key
        hole = above
    of.event(f, hole).key = key


@rule
def pop(f: Head) -> int:
    """The least key of the heap, taken out."""
    least = of.event(f, 0).key
    f.waiting -= 1
    n = f.waiting
    key, hole = of.event(f, n).key, 0
    while True:
        child = 4 * hole + 1
        if child >= n:
            break
        best = child
        for other in range(child + 1, min(child + 4, n)):
            if of.event(f, other).key < of.event(f, best).key:
                best = other
        if of.event(f, best).key >= key:
            break
        of.event(f, hole).key = of.event(f, best).key
        hole = best
    of.event(f, hole).key = key
    return least


@rule
def succeed(f: Head, goes: int, who: int, outcome: int, value: int) -> None:
    """Somebody's turn has come: who waited goes on within this event, first come first served."""
    turn = of.turn(f, f.called)
    f.called += 1
    turn.what = goes
    turn.who = who
    turn.outcome = outcome
    turn.value = value
