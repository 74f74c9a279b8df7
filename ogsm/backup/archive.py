"""The file of a backup: a tar that any machine can open, with manifest.json first and the database after it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
OWN = re.compile(r"ogsm-\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?\.tar")
WORKSHOP = ".ogsm-partial-"
FORGOTTEN = 24 * 3600  # s; a workshop this old is of a backup that was killed
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1_000_000


class Trouble(Exception):
    """Why a backup or restore was not done, in a sentence for whoever runs the machine."""


@dataclass(frozen=True)
class Manifest:
    format: int
    version: str
    made_at: str
    engine: str
    payload: str
    size: int
    sha256: str
    migrations: list[tuple[str, str]]
    counts: dict[str, int]
    key: str


def place(target: Path, *, at: dt.datetime, note: str = "") -> tuple[Path, str]:
    """The folder and the name: a name that ends in .tar is one's own, all else is a folder, made when missing."""
    if target.suffix == ".tar" and not target.is_dir():
        if target.exists():
            raise Trouble(f"{target} is there already; a backup never takes the place of another.")
        return target.parent, target.name
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(f"{target} is no folder to put a backup in: {error.strerror}.") from error
    stem = f"ogsm-{at.astimezone(dt.UTC):%Y-%m-%dT%H%M%SZ}" + (f"-{note}" if note else "")
    names = [f"{stem}.tar", *(f"{stem}-{number}.tar" for number in range(2, 100))]
    return target, next(name for name in names if not (target / name).exists())


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A folder that only this user can look into, on the same disk as the backup; gone afterwards."""
    _sweep(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=folder) as work:
            yield Path(work)
    except OSError as error:
        raise Trouble(f"No backup was made in {folder}: {error.strerror or error}.") from error


def _sweep(folder: Path) -> None:
    for old in folder.glob(f"{WORKSHOP}*"):
        if time.time() - old.stat().st_mtime > FORGOTTEN:
            shutil.rmtree(old, ignore_errors=True)


def write(work: Path, folder: Path, name: str, manifest: Manifest, payload: Path) -> Path:
    """The whole file or none: written beside, on the disk for certain, and only then given its name."""
    text = json.dumps(asdict(manifest), indent=1).encode()
    partial = work / "partial.tar"
    with partial.open("xb") as raw:
        os.fchmod(raw.fileno(), 0o600)
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
            entry = _entry(MANIFEST, len(text), manifest)
            tar.addfile(entry, io.BytesIO(text))
            with payload.open("rb") as content:
                tar.addfile(_entry(payload.name, manifest.size, manifest), content)
        raw.flush()
        os.fsync(raw.fileno())
    done = folder / name
    os.link(partial, done) if _can_link(work) else partial.rename(done)
    _sync_folder(folder)
    return done


def _can_link(work: Path) -> bool:
    """A link fails where the name was taken meanwhile; some disks of other systems have none."""
    try:
        os.link(work / "partial.tar", work / "probe")
    except OSError:
        return False
    return True


def _entry(name: str, size: int, manifest: Manifest) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    entry.mtime = int(dt.datetime.fromisoformat(manifest.made_at).timestamp())
    return entry


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(file: Path, into: Path) -> tuple[Manifest, Path]:
    """The manifest and the unpacked database of a backup, each byte checked. Raises Trouble when it is not whole."""
    try:
        with tarfile.open(file, "r:") as tar:
            manifest = _manifest(tar, file)
            payload = into / "payload"
            source = tar.extractfile(manifest.payload)
            if source is None:
                raise KeyError(manifest.payload)
            with source, payload.open("xb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    except FileNotFoundError as error:
        raise Trouble(f"There is no file {file}.") from error
    except (tarfile.TarError, KeyError, EOFError, AttributeError, RecursionError) as error:
        raise Trouble(f"{file} is no backup of OGSM, or not all of it: {error}.") from error
    except OSError as error:
        raise Trouble(f"{file} can not be read: {error.strerror or error}.") from error
    if payload.stat().st_size != manifest.size or digest(payload) != manifest.sha256:
        raise Trouble(f"{file} is damaged: its content does not have the checksum it was made with.")
    return manifest, payload


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > LARGEST_MANIFEST:
        raise Trouble(f"{file} is no backup of OGSM: it does not begin with {MANIFEST}.")
    source = tar.extractfile(first)
    try:
        values = json.loads(source.read()) if source else {}
        if values["format"] > FORMAT:
            raise Trouble(
                f"The backup was made by a newer version, {values['version']}, in a form this one does not know."
            )
        values["migrations"] = [(app, name) for app, name in values["migrations"]]
        return Manifest(**{name: values[name] for name in Manifest.__dataclass_fields__})
    except (ValueError, TypeError, KeyError) as error:
        raise Trouble(f"{file} is damaged: its {MANIFEST} can not be read.") from error


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_newer(version: str, than: str) -> bool:
    """By the numbers in it: 0.10.0 is newer than 0.9.1."""
    return _numbers(version) > _numbers(than)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def prune(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups that carry the name and date we gave; everything else stays."""
    ours = sorted((path for path in folder.iterdir() if OWN.fullmatch(path.name) and path.is_file()), key=_age)
    old = ours[:-keep]
    for path in old:
        path.unlink()
    return old


def _age(path: Path) -> tuple[str, int]:
    stem = path.name.removesuffix(".tar")
    moment, _, number = stem.partition("Z-")
    return moment.removesuffix("Z"), int(number or 1)
