"""The page: one self-contained file of HTML that says what came of a fair. No request leaves it."""
