"""The pictures of decisions: a module for each that has any, which its `.plot` gives."""
