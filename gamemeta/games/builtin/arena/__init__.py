"""What games of several seats on one map share."""
