"""Certificates, broker configuration and enrolment of Motcua's offices."""
