"""Live pages: one rendering per topic and tick, its changes sent to everybody who looks."""

from web.live.channel import PREFIX, TOPICS_PATH, LiveChannel
from web.live.topic import Topic

__all__ = ["PREFIX", "TOPICS_PATH", "LiveChannel", "Topic"]
