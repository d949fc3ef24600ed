"""Tables of transfers as logs: CSV, JSON lines and Parquet in, tidy rows out. A row is a transfer."""
