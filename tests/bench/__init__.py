"""The measurements themselves: that every row is measured, not what comes of it."""
