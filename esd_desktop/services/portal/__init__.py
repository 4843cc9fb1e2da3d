"""What visitors of the portal do: signing in, and the verbs of staff bound to what is theirs."""
