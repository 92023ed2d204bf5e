"""Who comes: companies, parties in bunches, their hours and their routes among the booths."""
