"""Draws what people get: `python tools/pictures.py FOLDER OUT`, FOLDER as `make demo` leaves it.

Needs (besides Pillow, which python-pptx brings) LibreOffice, pdftoppm and Chromium (Debian: libreoffice-writer
libreoffice-impress poppler-utils chromium fonts-crosextra-carlito), and npm for the official renderer of Adaptive
Cards: its version and hash, and those of all that it is drawn with, stand in tools/cards/package-lock.json, and npm
refuses what has another. What is missing is said and left out; then the exit status is 1.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops

ROOT = Path(__file__).parents[1]
PINNED = ROOT / "tools" / "cards"
MODULES = ROOT / ".cache" / "cards"
DRAWN = {"agenda": (".docx", ".html"), "summary": (".html",), "digest": (".card.json",), "deck": (".pptx",)}
"""Of each publication the forms in which people get it (mappings/groups.yaml, group D)."""
WIDTH = 900
COLOURS = 64
CARD = """<!doctype html><meta charset="utf-8">
<body style="margin:0;padding:24px;background:#f5f5f5;font-family:Carlito,sans-serif">
<div id="card" style="width:640px;background:#fff;border:1px solid #ddd;border-radius:6px;padding:6px"></div>
<script src="{modules}/adaptivecards/dist/adaptivecards.min.js"></script>
<script src="{modules}/markdown-it/dist/markdown-it.min.js"></script>
<script>
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {{
  result.outputHtml = markdownit().render(text); result.didProcess = true; }};
const card = new AdaptiveCards.AdaptiveCard();
card.hostConfig = new AdaptiveCards.HostConfig({{fontFamily: "Carlito, sans-serif"}});
const context = new AdaptiveCards.SerializationContext();
card.parse({card}, context);
document.getElementById("card").appendChild(card.render());
for (let number = 0; number < context.eventCount; number++) {{
  document.body.append("NOT AS IT SHOULD BE: " + context.getEventAt(number).message); }}
</script>"""


def main(folder: Path, out: Path) -> int:
    """Draw everything that can be drawn here; return 1 when something could not."""
    if not folder.is_dir():
        print(f"there is no folder {folder}: run `make demo` first, or name another with FOLDER=")
        return 1
    out.mkdir(parents=True, exist_ok=True)
    missing = list(_missing())
    for line in missing:
        print(line)
    with tempfile.TemporaryDirectory() as scratch:
        for source in sorted(folder.iterdir()):
            drawn = _drawn(source, Path(scratch)) if _is_wanted(source) else []
            for number, picture in enumerate(drawn, 1):
                page = f"-{number}" if len(drawn) > 1 else ""
                _kept(picture, out / f"{source.name.split('-')[0]}-{_form(source)}{page}.png")
    return 1 if missing else 0


def _is_wanted(source: Path) -> bool:
    return source.name.endswith(DRAWN.get(source.name.split("-")[0], ()))


def _form(source: Path) -> str:
    return {".docx": "word", ".pptx": "slides", ".html": "mail"}.get(source.suffix, "card")


def _missing() -> Iterator[str]:
    for program, what in (("soffice", "Word and slides"), ("pdftoppm", "Word and slides")):
        if shutil.which(program) is None:
            yield f"no {program}: {what} are left out"
    if shutil.which("chromium") is None:
        yield "no chromium: mails and cards are left out"
    elif not _installed():
        yield "the renderer of cards could not be installed by npm: cards are left out"


def _installed() -> bool:
    """Install exactly what is pinned; without npm, what is there already will do."""
    lock = MODULES / "package-lock.json"
    pinned = (PINNED / lock.name).read_bytes()
    if lock.is_file() and lock.read_bytes() == pinned and (MODULES / "node_modules/adaptivecards").is_dir():
        return True
    if shutil.which("npm") is None:
        return False
    shutil.rmtree(MODULES, ignore_errors=True)
    shutil.copytree(PINNED, MODULES)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund")
    done = subprocess.run(["npm", "ci", *quiet], cwd=MODULES, check=False, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr.strip())
        shutil.rmtree(MODULES, ignore_errors=True)
    return done.returncode == 0


def _drawn(source: Path, scratch: Path) -> list[Path]:
    if source.suffix in (".docx", ".pptx") and shutil.which("soffice") and shutil.which("pdftoppm"):
        return _office(source, scratch)
    if source.suffix == ".html" and shutil.which("chromium"):
        return [_page(source, scratch, WIDTH)]
    modules = MODULES / "node_modules"
    if source.name.endswith(".card.json") and shutil.which("chromium") and modules.is_dir():
        card = json.loads(source.read_text(encoding="utf-8"))["attachments"][0]["content"]
        page = scratch / f"{source.stem}.html"
        words = json.dumps(card, ensure_ascii=False).replace("<", "\\u003c")
        page.write_text(CARD.format(modules=modules.as_uri(), card=words), encoding="utf-8")
        return [_page(page, scratch, 700)]
    return []


def _office(source: Path, scratch: Path) -> list[Path]:
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(scratch)]
    subprocess.run([*convert, str(source)], check=True, capture_output=True)
    stem = scratch / f"{source.stem}-{source.suffix[1:]}"
    pages = ["-l", "3"] if source.suffix == ".pptx" else ["-l", "1"]
    size = ["-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    pdf = scratch / f"{source.stem}.pdf"
    subprocess.run(["pdftoppm", "-png", *size, *pages, str(pdf), str(stem)], check=True)
    return sorted(scratch.glob(f"{stem.name}-*.png"))


def _page(source: Path, scratch: Path, width: int) -> Path:
    picture = scratch / f"{source.stem}.png"
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
    shot = (f"--screenshot={picture}", f"--window-size={width},2400", "--virtual-time-budget=3000")
    where = (f"--user-data-dir={scratch / 'chromium'}", source.resolve().as_uri())
    subprocess.run(["chromium", *flags, *quiet, *shot, *where], check=True, capture_output=True)
    return picture


def _kept(picture: Path, path: Path) -> None:
    """Cut off what is empty below, and keep few colours: these are texts and bars."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    ground = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    box = ImageChops.difference(image, ground).getbbox()
    if box is not None and "slides" not in path.name:
        image = image.crop((0, 0, image.width, min(image.height, box[3] + 24)))
    image.quantize(COLOURS).save(path, optimize=True)
    print(f"drawn: {path} ({path.stat().st_size // 1024} kB)")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
