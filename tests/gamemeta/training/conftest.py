"""Trainings of tests are short."""

import pytest

from gamemeta.training import session


@pytest.fixture(autouse=True)
def few_test_levels(monkeypatch):
    monkeypatch.setattr(session, "TEST_LEVELS", 16)
