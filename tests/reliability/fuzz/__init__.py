"""Whatever comes from outside, drawn at random: nothing crashes, hangs, or is written by halves."""
