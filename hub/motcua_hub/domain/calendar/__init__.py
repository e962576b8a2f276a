"""When people work, and what was agreed not to count: pure rules of calendars and planned work."""
