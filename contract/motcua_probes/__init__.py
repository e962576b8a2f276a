"""Probes of servers, links and services, and the schedule they run by; for hub and office alike."""
