"""How the controller (the Pi) is: what its numbers mean."""
