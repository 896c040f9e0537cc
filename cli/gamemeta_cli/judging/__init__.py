"""Commands that compare agents with others: baselines, ways to adapt, each other, published figures."""
