"""Who will be left out, named beforehand, with how likely."""
