"""Invoices: issued, laid out, written as PDF."""
