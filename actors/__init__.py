"""The workers, by room."""
