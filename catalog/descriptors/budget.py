"""How much a file may still hold while it is being read."""

from __future__ import annotations

# Readers are recursive, with five Python frames for each level of nesting, and Python allows a thousand in all.
MAX_SAFE_DEPTH = 120


class LimitExceededError(Exception):
    """The file holds more than a limit allows. Says which, and the way out."""


class Budget:
    """Counts nodes and depth over one file. An alias counts as everything that it stands for."""

    __slots__ = ("depth", "max_depth", "max_nodes", "nodes")

    def __init__(self, *, max_nodes: int, max_depth: int) -> None:
        self.max_nodes = max_nodes
        self.max_depth = min(max_depth, MAX_SAFE_DEPTH)
        self.nodes = 0
        self.depth = 0

    def spend(self, nodes: int) -> None:
        """Count nodes. Raises LimitExceededError beyond the limit."""
        self.nodes += nodes
        if self.nodes > self.max_nodes:
            raise LimitExceededError(
                f"it holds more than {self.max_nodes} values, counting each alias as what it stands for;"
                " split the file, or raise callboard.catalog.limits.maxNodes"
            )

    def require_depth(self, depth: int) -> None:
        """Raises LimitExceededError if values nest deeper than allowed."""
        if depth > self.max_depth:
            raise LimitExceededError(
                f"its values nest more than {self.max_depth} levels deep;"
                " flatten them, or raise callboard.catalog.limits.maxDepth"
            )

    def enter(self) -> None:
        """A collection begins."""
        self.depth += 1
        self.require_depth(self.depth)

    def leave(self) -> None:
        """A collection ends."""
        self.depth -= 1
