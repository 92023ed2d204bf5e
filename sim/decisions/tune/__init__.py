"""Which values of a few parameters are best: candidates, searches, selection, and what is told."""
