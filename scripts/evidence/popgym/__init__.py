"""The games of POPGym beside the original."""
