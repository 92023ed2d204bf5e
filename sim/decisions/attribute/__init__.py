"""How much of the difference of two scenarios each group of changes makes."""
