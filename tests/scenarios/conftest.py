"""What the window's tests need."""

from tests.support.window import bought, connected_desk, desk, run, sown

__all__ = ["bought", "connected_desk", "desk", "run", "sown"]
