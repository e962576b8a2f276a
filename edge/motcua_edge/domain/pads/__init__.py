"""Rating pads and counter keypads: frames, press ids, what a press means, and faults. Pure."""
