"""What there is to fuzz, a file a kind."""
