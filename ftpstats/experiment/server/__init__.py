"""An FTP server to measure against, in a process of its own: as fast as it can be, or slowed to a pace."""
