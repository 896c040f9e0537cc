"""Settings that all tests share."""

from hypothesis import settings

settings.register_profile("gamemeta", deadline=None)  # the first example may compile a kernel
settings.load_profile("gamemeta")
