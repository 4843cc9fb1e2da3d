"""The list of versions: what is signed in it (feed.py), how it is fetched (http.py), what of it was
seen (seen.py)."""
