"""What customers and resellers see in a browser: the services of staff, bound to who is signed in.

Pages are made on the server and work without JavaScript; htmx makes them move where there is some.
"""
