"""Motcua provisioning."""
