"""The sections of the page, one a file: each takes out of a study what its part of the template shows."""
