"""The directory, routes, timers and the outbox."""
