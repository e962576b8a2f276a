"""The version that a pad reports."""

VERSION = "26.11.1"
