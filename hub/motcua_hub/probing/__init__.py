"""The hub as a vantage: it probes servers, links and services, and keeps its own sign of life."""
