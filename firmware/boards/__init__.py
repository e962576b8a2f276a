"""Pins of the boards that pads are built on. One module for each, all with the same names."""
