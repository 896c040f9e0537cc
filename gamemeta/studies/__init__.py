"""Ways to adapt, compared on one game: each trained with its baselines at equal time, in one table."""
