"""What others built, measured as ours is. Each module runs in an environment that has its peer."""
