"""The experiment: real FTP clients run against real servers, and what they print logged as the thesis's script did."""
