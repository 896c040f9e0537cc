"""What several problems are reproduced with."""
