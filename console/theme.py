"""How the console looks: calm and legible, every colour one of the 256 that any terminal over SSH can show.

Status is always a glyph and a word; colour only helps (see `screens.widgets.bars.TONES`).
"""

from __future__ import annotations

from textual.theme import Theme

_DARK = Theme(
    name="termsheet",
    primary="#5fafd7",
    secondary="#5f87af",
    accent="#d7af5f",
    foreground="#d0d0d0",
    background="#1c1c1c",
    surface="#262626",
    panel="#303030",
    success="#87af5f",
    warning="#d7af5f",
    error="#d75f5f",
    dark=True,
    variables={
        "text-muted": "#949494",
        "text-disabled": "#626262",
        "text-primary": "#87afd7",
        "text-accent": "#d7af5f",
        "text-success": "#87d787",
        "text-warning": "#ffd787",
        "text-error": "#ff8787",
        "block-cursor-blurred-background": "#3a3a3a",
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "border": "#5f87af",
        "border-blurred": "#585858",
        "scrollbar": "#585858",
        "scrollbar-hover": "#585858",
        "scrollbar-active": "#5f87af",
        "scrollbar-background": "#1c1c1c",
        "scrollbar-background-hover": "#1c1c1c",
        "scrollbar-background-active": "#1c1c1c",
        "input-cursor-background": "#ffffff",
        "input-cursor-foreground": "#1c1c1c",
        "input-cursor-text-style": "none",
        "input-selection-background": "#005f87",
    },
)

_LIGHT = Theme(
    name="termsheet-light",
    primary="#005f87",
    secondary="#5f87af",
    accent="#875f00",
    foreground="#262626",
    background="#eeeeee",
    surface="#e4e4e4",
    panel="#dadada",
    success="#005f00",
    warning="#875f00",
    error="#af0000",
    dark=False,
    variables={
        "text-muted": "#626262",
        "text-disabled": "#9e9e9e",
        "text-primary": "#005f87",
        "text-accent": "#875f00",
        "text-success": "#005f00",
        "text-warning": "#875f00",
        "text-error": "#af0000",
        "block-cursor-blurred-background": "#c6c6c6",
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "border": "#005f87",
        "border-blurred": "#b2b2b2",
        "scrollbar": "#b2b2b2",
        "scrollbar-hover": "#b2b2b2",
        "scrollbar-active": "#005f87",
        "scrollbar-background": "#eeeeee",
        "scrollbar-background-hover": "#eeeeee",
        "scrollbar-background-active": "#eeeeee",
        "input-cursor-background": "#262626",
        "input-cursor-foreground": "#eeeeee",
        "input-cursor-text-style": "none",
        "input-selection-background": "#afd7ff",
    },
)

_CONTRAST = Theme(
    name="termsheet-contrast",
    primary="#00d7ff",
    secondary="#00d7ff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#262626",
    success="#00ff00",
    warning="#ffff00",
    error="#ff5f5f",
    dark=True,
    variables={
        "text-muted": "#d0d0d0",
        "text-disabled": "#9e9e9e",
        "text-primary": "#00d7ff",
        "text-accent": "#ffff00",
        "text-success": "#00ff00",
        "text-warning": "#ffff00",
        "text-error": "#ff8787",
        "block-cursor-blurred-background": "#444444",
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "border": "#ffffff",
        "border-blurred": "#9e9e9e",
        "scrollbar": "#9e9e9e",
        "scrollbar-hover": "#9e9e9e",
        "scrollbar-active": "#ffff00",
        "scrollbar-background": "#000000",
        "scrollbar-background-hover": "#000000",
        "scrollbar-background-active": "#000000",
        "input-cursor-background": "#ffff00",
        "input-cursor-foreground": "#000000",
        "input-cursor-text-style": "none",
        "input-selection-background": "#005f87",
    },
)

THEMES = (_DARK, _LIGHT, _CONTRAST)
"""Dark by day, light on paper-white terminals, and one for tired eyes; the first is the default."""
DEFAULT = _DARK.name


def after(name: str) -> str:
    """The theme that follows this one."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else DEFAULT
