"""The problem that a policy solves, its rules, and what breaks them."""
