"""What the office does: journal first, effect second."""
