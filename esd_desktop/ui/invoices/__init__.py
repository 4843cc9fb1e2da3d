"""Invoices and credit invoices (D3, B3): their list, and each as it looks on paper."""
