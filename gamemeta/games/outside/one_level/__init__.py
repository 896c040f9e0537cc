"""What plays one level at a time, many side by side."""
