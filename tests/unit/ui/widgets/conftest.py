"""What the tests of the building blocks need."""

from tests.unit.ui.look.conftest import look

__all__ = ["look"]
