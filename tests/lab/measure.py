#!/usr/bin/env python3
"""Measures rolecall beside a bare list of the same pods: measure.py DIRECTORY-OF-PROGRAMS, in a filled lab.

Each command runs three times, in turn with the bare list, and the medians are compared, so that what else the machine does
touches both."""
import os, pathlib, pty, re, select, signal, statistics, subprocess, sys, termios, time, fcntl, struct

programs = pathlib.Path(sys.argv[1])
rolecall, bare = programs / "rolecall", programs / "examples" / "bare_list"
ROUNDS = 3
IDLE = 20  # seconds over which an idle screen is watched


def timed(*command):
    """Seconds and peak MiB of one run."""
    start = time.monotonic()
    with open(os.devnull, "w") as nowhere:
        child = subprocess.Popen([str(part) for part in command], stdout=nowhere, stderr=subprocess.PIPE, text=True)
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
    took = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command}: {child.returncode}: {said}")
    return took, usage.ru_maxrss / 1024


def inner(*command):
    """Seconds as the bare list itself counts them: from its first request on."""
    return float(subprocess.check_output([str(part) for part in command], text=True).split()[0])


def compare(title, command, base):
    rounds = [(base(), *timed(*command)) for _ in range(ROUNDS)]
    bare_s, own_s, mib = (statistics.median(column) for column in zip(*rounds))
    print(f"{title:46} {own_s:7.2f} s   bare {bare_s:6.2f} s   ratio {own_s / bare_s:4.2f}   peak {max(r[2] for r in rounds):4.0f} MiB", flush=True)


def ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def screen():
    """Seconds to the first pods on screen, the share of a processor it takes when idle, and its peak memory."""
    start = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(rolecall, ["rolecall", "--cluster-name", "lab"], {**os.environ, "TERM": "xterm-256color"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    os.kill(pid, signal.SIGWINCH)
    seen, first, quiet_since = b"", None, time.monotonic()
    while time.monotonic() - start < 240:
        if select.select([terminal], [], [], 0.5)[0]:
            seen = (seen + os.read(terminal, 65536))[-200_000:]
            if first is None and re.search(rb"app-\d\d-7d9f|eks-pod-identity-ag", seen):
                first = time.monotonic() - start
        before = ticks(pid)
        if first and time.monotonic() - start > first + 5 and not select.select([terminal], [], [], 3)[0] and ticks(pid) - before <= 3:
            break
    used, since = ticks(pid), time.monotonic()
    while time.monotonic() - since < IDLE:
        if select.select([terminal], [], [], 0.5)[0]:
            os.read(terminal, 65536)
    idle = (ticks(pid) - used) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - since)
    peak = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
    return first, idle, peak, since - start


print(f"load {os.getloadavg()[0]:.2f}, {os.cpu_count()} processors")
common = ["--cluster-name", "lab"]
pods = lambda: inner(bare, "pods")  # noqa: E731
compare("pods -A -o name, beside the pods", [rolecall, "pods", "-A", "-o", "name", *common], pods)
compare("pods -A -o json, beside the pods and the roles", [rolecall, "pods", "-A", "-o", "json", *common],
        lambda: pods() + inner(bare, "roles"))
page = statistics.median(inner(bare, "pods", 1) for _ in range(ROUNDS))
first, idle, peak, settled = screen()
print(f"first pods on screen {first:.2f} s after the start; the bare list's first page takes {page:.2f} s")
print(f"on screen, all read after {settled:.0f} s: idle {idle:.1%} of one processor, peak {peak:.0f} MiB")
