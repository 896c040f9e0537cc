"""Reports as one self-contained page, and figures."""
