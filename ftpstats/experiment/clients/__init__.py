"""FTP clients: how each is asked for a transfer (`registry`), and those that need more than an entry there."""
