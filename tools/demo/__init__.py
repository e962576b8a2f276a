"""A province on one machine: broker, hub, offices with real drivers, and the people in them."""
