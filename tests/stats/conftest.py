"""R's data sets, as far as more than one test needs them."""

import pytest


@pytest.fixture
def sleep():
    """R's `sleep$extra` by group: extra hours of sleep under two drugs."""
    return (
        [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    )
