"""The library: what a notebook calls, and what every command calls. `ftpstats` names what is public."""
