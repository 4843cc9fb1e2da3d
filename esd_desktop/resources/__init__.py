"""Files that ship with the program: icons, mail templates, styles."""
