"""The pane that shows one asset: everything known of it, and what can be done with it now."""
