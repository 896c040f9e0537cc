"""The minimal gated recurrent unit (Feng et al. 2024)."""
