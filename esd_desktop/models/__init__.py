"""What is true, without any I/O: records, statuses, the changes allowed between them, money."""
