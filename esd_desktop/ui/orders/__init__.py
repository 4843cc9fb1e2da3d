"""Ordering licences (D3), the orders placed, and the accounts that are ordered for."""
