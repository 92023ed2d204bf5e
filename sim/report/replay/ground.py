"""What a replay is drawn on: halls, booths, rooms, tables, gates, doors; in decimetres, to scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report.plan.shapes import shapes_of

if TYPE_CHECKING:
    from sim.expo.expo import Expo

__all__ = ["ground"]


def ground(expo: Expo) -> dict[str, Any]:
    """The floor as lists of numbers: rectangles are west, south, east, north."""
    places, shapes = expo.floor.places, shapes_of(expo)
    return {
        "halls": shapes.hall.tolist(),
        "doors": shapes.doors.tolist(),  # of zones: halls, then gates
        "booths": expo.plan.booths.tolist(),
        "kind": shapes.kind.tolist(),
        "x": places.x.tolist(),
        "y": places.y.tolist(),
        "zone": shapes.zone.tolist(),
        "seats": shapes.seats.tolist(),
        "boxes": shapes.box.tolist(),
    }
