"""Pure rules of the hub: no database, no network, no clock."""
