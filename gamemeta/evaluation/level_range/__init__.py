"""What levels are like, as a page and as a picture of their expressive range."""
