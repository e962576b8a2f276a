"""Makes the pads' firmware: compiles it, packs and signs releases, copies it to a board."""
