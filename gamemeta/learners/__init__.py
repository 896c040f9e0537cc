"""Meta-learners, which change the weights of an agent in training."""
