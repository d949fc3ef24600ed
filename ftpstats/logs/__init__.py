"""Reading logs: text in, tidy rows out. Nothing here knows a statistic."""
