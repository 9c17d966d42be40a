"""The customer list: a million of them, found by typing; adding one, opening one."""
