"""The playground: a page in the browser where people draw levels, watch agents learn them, and play."""
