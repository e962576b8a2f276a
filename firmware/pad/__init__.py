"""Firmware of rating pads and counter keypads. See PROTOCOL.md beside this package."""
