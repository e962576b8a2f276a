"""Everything that touches the machine: one folder a device, with its port, real class and fake."""
