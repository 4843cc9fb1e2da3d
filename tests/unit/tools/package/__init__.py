"""Tests of tools/package/."""
