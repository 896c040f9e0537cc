"""The training network one step at a time, without gradients."""
