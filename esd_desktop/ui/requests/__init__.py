"""Requests to cancel (D4): the banners, the list with its details, and deciding them."""
