"""What an expo fills and an engine runs: the floor's arrays, its contract, the order of events, the trace."""
