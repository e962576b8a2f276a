"""A small program for a second machine: it says so when a hub is silent.

It has no database, knows nothing of offices and imports nothing of the hub but its channels: what
stops the hub must not stop it. It forgets nothing over a restart: who was told of a silence is told
of its end, once.
"""
