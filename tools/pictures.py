"""Make the pictures of README.md of the re-enactment's logs: a terminal, two figures, a report; for `make pictures`.

The terminal is drawn by Rich from what the command prints, the report by a headless Chromium.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
LOG = "sample_logs/reenactment-2026/platforms"
WIDTH = 100
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PAGE = (1280, 1500)  # pixels

# Rich's own format fetches fonts.
SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px monospace; white-space: pre; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
<rect fill="#0c0c0c" width="{width}" height="{height}" rx="8" />
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def ftpstats(*arguments: str) -> str:
    """Return what a command prints in colour on a terminal of this width."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "FORCE_COLOR": "1", "LC_ALL": "C.UTF-8"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "ftpstats", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return done.stdout.decode()


def terminal(picture: Path, *arguments: str) -> None:
    """Draw a command and what it prints."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, highlight=False)
    console.print(Text(f"$ ftpstats {' '.join(arguments)}", style="bold"))
    console.print(Text.from_ansi(ftpstats(*arguments, "--from", LOG, "--format", "table")))
    picture.write_text(console.export_svg(title="", code_format=SVG, unique_id="terminal"))


def page(picture: Path, html: Path) -> None:
    """Draw the top of a page as a browser shows it."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("pictures: no Chromium; as root, `apt-get install chromium`")
    width, height = PAGE
    subprocess.run(  # noqa: S603 - a browser on a page of ours
        [browser, "--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={width},{height}",
         f"--screenshot={picture}", html.as_uri()],
        check=True, capture_output=True,
    )  # fmt: skip


def main() -> None:
    """Make all pictures in docs/."""
    docs = ROOT / "docs"
    terminal(docs / "terminal.svg", "compare", "full", "para", "xen")
    for kind, labels in {"boxplot": ["baseline", "full", "para", "xen"], "difference": ["full", "para"]}.items():
        ftpstats("plot", kind, *labels, "--from", LOG, "--quiet", "--output", str(docs / f"{kind}.png"))
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        ftpstats("report", "full", "para", "--from", LOG, "--quiet", "--output", str(report))
        page(docs / "report.png", report)


if __name__ == "__main__":
    main()
