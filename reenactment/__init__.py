"""The thesis, re-enacted: FTP from one host, and from guests with emulated and with paravirtual devices."""
