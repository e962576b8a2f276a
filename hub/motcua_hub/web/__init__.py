"""The hub's pages, its JSON interface and its probes: Flask, served by waitress."""
