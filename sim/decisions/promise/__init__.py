"""What can be promised to whom, why it is missed, and what would mend it."""
