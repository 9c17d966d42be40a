"""What makes customers findable by a part of their name, id or alias."""

SQLITE_UPGRADE: tuple[str, ...] = ()
SQLITE_DOWNGRADE: tuple[str, ...] = ()
