"""Who is told of an incident, when, and what they are told. Pure."""
