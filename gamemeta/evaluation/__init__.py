"""What an agent scores, and how much of that is adaptation."""
