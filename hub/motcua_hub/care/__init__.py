"""Care of the replica: export, verification, backup and restore."""
