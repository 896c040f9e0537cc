"""The games `popgym/...`."""
