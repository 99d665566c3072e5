"""Seeds of a target: what the rules of tests/policy_rules are made of, a file each. Usage: seed.py TARGET FOLDER"""

import hashlib
import json
import pathlib
import sys


def documents(policies):
    """Every policy document in the `policies` of a line."""
    if isinstance(policies, dict) and "Statement" in policies:
        yield policies
    elif isinstance(policies, (dict, list)):
        for part in policies.values() if isinstance(policies, dict) else policies:
            yield from documents(part)


def texts(value):
    """Every text in a JSON value, but for its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def seeds(target, line):
    request, policies = line.get("request", {}), line.get("policies", {})
    if target == "lines":
        yield json.dumps(line)
    elif target == "parse":
        yield from map(json.dumps, documents(policies))
    elif target == "evaluate":
        asked = [request.get("action", ""), request.get("resource", ""), "bob"]
        yield from ("\n".join([*asked, json.dumps(document)]) for document in documents(policies))
    elif target == "pattern":
        wild = [text for text in texts(policies) if "*" in text or "?" in text]
        yield from ("\n".join([wide, narrow, request.get("resource", "")]) for wide in wild for narrow in wild[:3])


def main(target, folder):
    rules = pathlib.Path(__file__).parent.parent / "tests" / "policy_rules"
    for file in sorted(rules.glob("*.jsonl")):
        for rule in map(json.loads, file.read_text().splitlines()):
            if isinstance(rule["line"], dict):
                for seed in seeds(target, rule["line"]):
                    name = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
                    (pathlib.Path(folder) / name).write_text(seed)


main(*sys.argv[1:])
