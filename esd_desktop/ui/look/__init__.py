"""How the program looks: colours, type, spacing and icons, light and dark."""
