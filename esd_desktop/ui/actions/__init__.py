"""What a person can do with an asset: one file a verb, named as in services/."""
