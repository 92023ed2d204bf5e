"""Laws that every trace of a floor obeys, whichever engine and whichever rules it came from.

People are conserved, nobody is in two places, nobody is quicker than the walk, nothing has more than
it holds, what was booked has its row: `broken_laws` says what is wrong with a trace. Each law is a
function of the account of a floor and its trace (`sim.floor.laws.account`), with a line for each
offender. The module of a law says what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.floor.arrays import Floor
from sim.floor.laws.account import Account, Law
from sim.floor.laws.again import a_second_appointment_is_needed_just_if_the_first_was_lost
from sim.floor.laws.closings import (
    a_hall_found_closed_is_passed_over_while_it_is,
    nobody_goes_where_the_plan_says_closed,
    what_is_passed_over_is_closed,
)
from sim.floor.laws.parties import (
    a_contact_is_of_two_who_attend,
    every_party_is_at_the_gate_once_and_visits_if_admitted,
    nobody_asks_again_but_after_a_loss,
    nobody_is_quicker_or_slower_than_the_walk,
    parties_are_in_one_place_at_a_time,
    parties_are_there_during_their_visit,
    stays_count_from_the_admission,
)
from sim.floor.laws.programme import (
    a_meeting_is_lost_only_if_too_few_are_there_or_something_is_wanting,
    all_sides_meet_at_the_same_time,
    every_booking_of_a_meal_leaves_one_row,
    every_booking_of_a_session_leaves_one_row,
    every_side_of_a_meeting_leaves_one_row,
    hosts_who_were_called_leave_one_row,
    tables_and_interpreters_are_never_double_booked,
    who_comes_in_vain_has_lost_the_meeting_before,
)
from sim.floor.laws.rows import (
    losses_are_all_wait,
    numbers_exist,
    rows_are_in_order,
    times_are_in_order,
    ways_are_listed,
)
from sim.floor.laws.services import (
    a_hall_given_up_is_passed_over_for_a_while,
    halls_are_never_over_their_limit,
    lanes_and_seats_are_never_exceeded,
    littles_law,
    nobody_queues_past_a_close,
    nobody_waits_longer_than_its_patience,
    nobody_waits_while_a_member_is_free,
    nothing_starts_outside_opening_hours,
    queues_are_served_in_order,
    rooms_are_never_over_their_seats,
)
from sim.floor.laws.staff import (
    a_call_is_answered_once_by_its_booth,
    delegates_walk_out_and_home,
    staff_are_in_one_place_at_a_time,
    staff_begin_on_duty_at_their_booth,
)
from sim.floor.laws.standbys import a_stand_by_meets_who_was_left_alone_or_nobody
from sim.floor.trace import Trace

__all__ = ["LAWS", "Account", "Law", "broken_laws"]

LAWS: Final[tuple[Law, ...]] = (
    numbers_exist,
    times_are_in_order,
    rows_are_in_order,
    losses_are_all_wait,
    ways_are_listed,
    every_party_is_at_the_gate_once_and_visits_if_admitted,
    parties_are_there_during_their_visit,
    parties_are_in_one_place_at_a_time,
    nobody_is_quicker_or_slower_than_the_walk,
    stays_count_from_the_admission,
    nobody_asks_again_but_after_a_loss,
    a_contact_is_of_two_who_attend,
    staff_are_in_one_place_at_a_time,
    staff_begin_on_duty_at_their_booth,
    a_call_is_answered_once_by_its_booth,
    delegates_walk_out_and_home,
    littles_law,
    queues_are_served_in_order,
    nobody_waits_longer_than_its_patience,
    nobody_waits_while_a_member_is_free,
    lanes_and_seats_are_never_exceeded,
    rooms_are_never_over_their_seats,
    halls_are_never_over_their_limit,
    a_hall_given_up_is_passed_over_for_a_while,
    a_hall_found_closed_is_passed_over_while_it_is,
    what_is_passed_over_is_closed,
    nobody_goes_where_the_plan_says_closed,
    nothing_starts_outside_opening_hours,
    nobody_queues_past_a_close,
    every_booking_of_a_session_leaves_one_row,
    every_booking_of_a_meal_leaves_one_row,
    hosts_who_were_called_leave_one_row,
    every_side_of_a_meeting_leaves_one_row,
    a_meeting_is_lost_only_if_too_few_are_there_or_something_is_wanting,
    all_sides_meet_at_the_same_time,
    tables_and_interpreters_are_never_double_booked,
    who_comes_in_vain_has_lost_the_meeting_before,
    a_stand_by_meets_who_was_left_alone_or_nobody,
    a_second_appointment_is_needed_just_if_the_first_was_lost,
)


def broken_laws(floor: Floor, trace: Trace, laws: Sequence[Law] = LAWS) -> list[str]:
    """What is wrong with a trace, a line each; nothing, if all is well.

    A trace whose numbers are of nothing on this floor is not read further. `laws` are those to try:
    all, unless told.
    """
    account = Account(floor, trace)
    unread = list(numbers_exist(account))
    return unread or [line for law in laws if law is not numbers_exist for line in law(account)]
