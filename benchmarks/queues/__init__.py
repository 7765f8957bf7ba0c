"""Queues of jobs, measured alike: the room `jobs`, the floor, and other people's."""
