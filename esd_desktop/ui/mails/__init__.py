"""Mails: their list, each with how it reads, and sending one again."""
