"""What a part of the expo adds: runs with and without it."""
