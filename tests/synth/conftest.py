from __future__ import annotations

import pytest

from imsrecon.synth import Client, sample_client


@pytest.fixture(scope="session")
def sample() -> Client:
    """The sample client, made once."""
    return sample_client()
