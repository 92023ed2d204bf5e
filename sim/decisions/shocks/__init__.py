"""What a shock costs over time, and what comes back by the end."""
