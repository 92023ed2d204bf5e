"""A scenario, its template and its schema as text."""
