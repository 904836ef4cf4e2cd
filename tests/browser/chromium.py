"""Debian's Chromium, headless, at a width, with or without JavaScript."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def is_gone(element: Any) -> bool:
    """Whether its page was left. While the next one comes, the driver says so in several ways, not only by staleness."""
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


class Browser:
    """What the tests do with a page, in a person's words."""

    def __init__(self, driver: Any, width: int, site: str) -> None:
        self.driver = driver
        self.width = width
        self.site = site

    def open(self, path: str) -> None:
        self.driver.get(self.site + path)

    def choose(self, selector: str) -> None:
        self.find(selector).click()

    def click(self, selector: str) -> None:
        self._leave_by(self.find(selector))

    def follow(self, text: str) -> None:
        self._leave_by(self.driver.find_element(By.LINK_TEXT, text))

    def _leave_by(self, element: Any) -> None:
        """Click, and wait until the page that was there is gone: a click does not wait for what it leads to."""
        page = self.find("html")
        element.click()
        WebDriverWait(self.driver, 10).until(lambda _: is_gone(page))

    def find(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Of what can be seen."""
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return [element.text for element in found if element.is_displayed()]

    def evaluate(self, expression: str) -> Any:
        """By the debugger, which may although scripts may not."""
        result = self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        return result["result"].get("value")

    @property
    def overhang(self) -> int:
        """How far the page is wider than the window. A phone widens its window, so only the asked width tells."""
        metrics = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})
        return int(max(0, metrics["cssContentSize"]["width"] - self.width))

    def complaints(self) -> list[str]:
        """What the console holds against us, but for pages that are meant to be missing."""
        lines = [line["message"] for line in self.driver.get_log("browser")]
        return [line for line in lines if "/entities/component/default/nope - Failed to load resource" not in line]

    def keep_picture(self, name: str) -> None:
        """For people to look at, where CALLBOARD_TEST_PICTURES names a folder."""
        folder = os.environ.get("CALLBOARD_TEST_PICTURES")
        if folder:
            self.driver.save_screenshot(os.path.join(folder, f"{name}-{self.width}.png"))


@contextmanager
def started(width: int, profile: Path, *, has_javascript: bool, is_dark: bool = False) -> Iterator[Browser]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if not has_javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver") or "/usr/bin/chromedriver")
    driver = webdriver.Chrome(options=options, service=service)
    try:
        # A headless window has a least width of its own; this one is exact.
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        yield Browser(driver, width, "")
    finally:
        driver.quit()
