"""Which values of a few parameters meet published figures, and which of them these pin down."""
