"""The sections of the report page, one a file: each makes HTML out of a study."""
