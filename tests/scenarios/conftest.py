"""What the window's tests need."""

from tests.support.main_window import main, whole
from tests.support.window import bought, connected_desk, desk, run, sown

__all__ = ["bought", "connected_desk", "desk", "main", "run", "sown", "whole"]
