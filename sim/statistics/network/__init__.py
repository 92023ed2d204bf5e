"""The network of interactions: organisations, and the ties of those that met."""
