"""Which requests become meetings, and when: the policies and what they share."""
