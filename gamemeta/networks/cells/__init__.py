"""Memory cells for training, one folder each."""
