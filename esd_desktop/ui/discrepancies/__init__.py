"""What disagrees with Microsoft or with itself, and what settles it."""
