"""What pings say of the link and of equipment in the office."""
