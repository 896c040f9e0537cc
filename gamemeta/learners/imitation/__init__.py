"""Learning from others: cloning demonstrations, and following a teacher."""
