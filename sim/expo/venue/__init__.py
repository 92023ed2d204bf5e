"""Where: halls, gates, rooms and places, their hours, and what shocks change of them."""
