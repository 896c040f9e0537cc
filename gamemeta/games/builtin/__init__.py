"""The games that come with gamemeta, one folder each."""
