"""The floor before anything happens on it: to scale, with what does not fit."""
