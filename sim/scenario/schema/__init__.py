"""What a scenario file may say: its sections, each described in a file of its own."""
