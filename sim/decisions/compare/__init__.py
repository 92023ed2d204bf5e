"""Which scenario does what: differences over the same replications, and over draws of what is uncertain."""
