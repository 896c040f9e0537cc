"""The gated recurrent unit (Cho et al. 2014)."""
