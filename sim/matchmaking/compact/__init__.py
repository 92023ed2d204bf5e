"""Given meetings with few breaks: searched for fast, or proven."""
