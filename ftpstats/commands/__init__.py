"""The commands: options in, an answer written, an exit status out. `cli` puts them together."""
