"""Games of other libraries and of users, behind the same interface."""
