"""From files and settings to a tree of plain values, with the line that gave each of them."""
