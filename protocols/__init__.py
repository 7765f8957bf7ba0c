"""The wire: octets in, events out. No input or output, no clock, no chance."""
