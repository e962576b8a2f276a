"""Pages and API for the office LAN."""
