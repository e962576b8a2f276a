"""What an incident is and what may happen to it: states, causes, severity, deadlines. Pure."""
