"""Commands, for what they and the library have in common."""

from tests.cli.conftest import folder, run

__all__ = ["folder", "run"]
