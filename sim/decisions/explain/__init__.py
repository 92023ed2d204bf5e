"""What is uncertain in a scenario, and how much of the spread of a KPI each of it makes."""
