"""A thermal ticket printer in software: reads ESC/POS, gives back pictures of the paper."""
