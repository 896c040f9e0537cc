"""The rules of XLand-MiniGrid beside the original."""
