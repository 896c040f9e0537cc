"""What levels are like: measures, spread, comparisons."""
