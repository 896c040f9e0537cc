"""VariBAD: a belief inferred from what happened, and a policy that sees it."""
