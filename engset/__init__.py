"""The daemon: configuration, start, drain, and the command line."""
