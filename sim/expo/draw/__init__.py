"""What the building of an expo draws with: shares made whole, sizes, profiles."""
