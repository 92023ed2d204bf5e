"""Pictures of results: of who met whom and what came of it, of the floor, of the programme."""
