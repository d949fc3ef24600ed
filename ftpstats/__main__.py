"""`python -m ftpstats`: the same command where another program owns the name `ftpstats`."""

from ftpstats.cli import main

if __name__ == "__main__":
    main()
