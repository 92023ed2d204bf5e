"""Who shows: the exhibitors, their sponsors' kinds and the staff of their booths."""
