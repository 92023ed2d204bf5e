"""What does not agree in a scenario: values, references, times, totals and capacities."""
