"""Level families, one folder each."""
