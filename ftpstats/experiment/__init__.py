"""The experiment: files to transfer, a server to transfer them from, and the clients that do it."""
