"""Play-testing of levels: an agent's first, second and last try, where it went, and what stands out."""
