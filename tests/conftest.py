"""What all tests share: how hypothesis looks for counter-examples."""

import os

from hypothesis import settings

# In CI the examples are the same every time: a red run is about the change, not about luck. At a desk they differ.
# No deadline, because tests must not depend on how fast the machine is.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/cli/golden/*.txt and blocks of the docs"
    )
