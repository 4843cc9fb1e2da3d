"""The list of invoices, and each on paper."""
