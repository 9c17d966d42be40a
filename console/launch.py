"""Opening the console on a store, for `termsheet` and `termsheet demo`: the terminal is checked and watched."""

from __future__ import annotations

import os
import sys
from typing import Any

from screens.services import Services


def run_console(
    services: Services, *, keymap: dict[str, str] | None = None, theme: str = "", mouse: bool = True
) -> int:
    """Run the console until the operator leaves it; the exit code. Refuses (1) where there is no usable terminal."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    from console import driver

    why = driver.refusal()
    if why:
        sys.stderr.write(why + "\n")
        return 1
    from textual import events

    from console import crash
    from console.app import ConsoleApp
    from console.collecting import Collector
    from screens.following import Following, answering, follow

    class Console(ConsoleApp):
        """The console on a real terminal."""

        def __init__(self, **options: Any) -> None:
            super().__init__(services, **options)
            self.driver_class = driver.HardDriver
            self.mouse_on = mouse
            self.collector = Collector()

        async def on_event(self, event: events.Event) -> None:
            """As the console, which looks for garbage while nobody types."""
            if isinstance(event, events.Key):
                self.collector.key()
            await super().on_event(event)

    app = Console(keymap=keymap, theme_name=theme)
    following = Following(
        services,
        lambda news: app.call_later(follow, app.screen_stack, news),
        lambda why: app.call_later(answering, app.screen_stack, why),
    )
    crash.in_threads(lambda error: app.call_later(app.end_on, error))
    driver.guard(lambda: getattr(app._driver, "attrs_before", None), services.rescue.run)
    following.start()
    try:
        result = app.run(mouse=mouse)
    finally:
        following.end()
        services.rescue.run()  # whatever ended it: a defect too
        services.close()
    return app.return_code or result or 0
