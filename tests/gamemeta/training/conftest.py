"""Trainings of tests are short."""

import pytest

from gamemeta.training import course


@pytest.fixture(autouse=True)
def few_test_levels(monkeypatch):
    monkeypatch.setattr(course, "TEST_LEVELS", 16)
