"""What to say to someone who wants to register a URL: which descriptors are there, or what one could look like."""

from catalog.analyze.analyze import analyze_location

__all__ = ["analyze_location"]
