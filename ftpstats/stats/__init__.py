"""Numbers in, numbers out: arrays to frozen results. No tables, no printing, no rounding."""
