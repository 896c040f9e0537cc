"""Records of play, as meta-learners get them."""
