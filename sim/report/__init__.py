"""The report: what came of a fair, to be seen. Pictures of results so far."""
