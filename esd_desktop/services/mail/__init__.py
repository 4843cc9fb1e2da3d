"""Mail: rendering a notification and handing it to the mail server."""
