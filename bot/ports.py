"""Whether a port is free, and who has it when it is not."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

_LISTENS = "0A"


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return False
        return True


def holder(port: int) -> str:
    """ "python3 -m http.server (process 4711)", as far as we may see it."""
    pid = _pid_by_proc(port) or _pid_by_lsof(port)
    if pid is None:
        return "a process of another user"
    return f"{_command(pid)} (process {pid})"


def _pid_by_proc(port: int) -> int | None:
    """Linux tells in /proc."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    if not sockets:
        return None
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(handle.readlink()) in sockets:
                return int(handle.parts[2])
        except OSError:
            continue
    return None


def _inodes(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        for fields in (line.split() for line in lines):
            if fields[3] == _LISTENS and int(fields[1].rsplit(":", 1)[1], 16) == port:
                found.add(fields[9])
    return found


def _pid_by_lsof(port: int) -> int | None:
    """Where there is no /proc, as on macOS."""
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    told = subprocess.run([lsof, "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"], capture_output=True, text=True)
    first = told.stdout.split()[:1]
    return int(first[0]) if first else None


def _command(pid: int) -> str:
    told = (
        subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)
        if shutil.which("ps")
        else None
    )
    if told is not None and told.stdout.strip():
        return told.stdout.strip()[:80]
    line = Path(f"/proc/{pid}/cmdline")
    return line.read_text().replace("\0", " ").strip()[:80] if line.exists() else "somebody"
