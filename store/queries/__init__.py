"""The SQL of each room: one statement per file, one constant per file in the room's module."""
