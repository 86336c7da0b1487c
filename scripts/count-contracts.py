"""Counts the cases of every contract suite over every adapter and decorator, and fails where one runs fewer than there are.

Reads the suites from crates/testkit/src/contracts and the tests from `cargo nextest list`, on standard input.
"""

import collections
import pathlib
import re
import sys

SUITES = pathlib.Path("crates/testkit/src/contracts")

DATABASES = ["adapter-sqlite", "adapter-postgres", "port-decorators guarded"]
ONE = {
    "digester": ["adapter-identity"],
    "image_processor": ["adapter-media"],
    "keyring": ["adapter-identity"],
    "one_time_codes": ["adapter-identity"],
    "password_hasher": ["adapter-identity"],
    "sealer": ["adapter-identity"],
    "tokens": ["adapter-identity"],
}
# Who has to run a suite: the beginnings of names as they are printed. A suite that is not named here is a port of the
# database, and runs over both and over the decorator.
WHO = ONE | {
    "object_store": ["adapter-objects files", "adapter-objects s3", "port-decorators guarded", "port-decorators timed"],
    "user_cache": ["adapter-memory", "adapter-redis", "port-decorators guarded", "port-decorators"],
    "rate_limiter": ["adapter-memory", "adapter-redis", "port-decorators guarded", "port-decorators"],
    "replicas": ["adapter-memory", "adapter-redis", "port-decorators guarded"],
    "user_news": ["adapter-redis"],
    "api_key_repository": [*DATABASES, "port-decorators cached"],
    "user_repository": [*DATABASES, "port-decorators cached", "server"],
    "image_repository": [*DATABASES, "port-decorators cached", "server"],
}


def suites():
    """The cases of each suite, by the name of its macro."""
    found = {}
    for file in sorted(SUITES.rglob("*.rs")):
        text = file.read_text()
        for name, cases in re.findall(r"macro_rules! (\w+)_contract \{.*?\[(.*?)\]\s*\)", text, re.S):
            found[name] = set(re.findall(r"\w+", cases))
    return found


def groups():
    """The names of the tests in each module of each test binary."""
    found = collections.defaultdict(set)
    for line in sys.stdin:
        words = line.split()
        if len(words) == 2 and re.fullmatch(r"[\w:]+", words[1]):
            module, _, case = words[1].rpartition("::")
            found[words[0], module].add(case)
    return found


def main():
    wanting = []
    ran = collections.defaultdict(list)
    tests = groups()
    known = suites()
    if not tests or not known:
        sys.exit("no tests or no suites were found")
    for name, cases in known.items():
        for (binary, module), names in tests.items():
            kept = len(cases & names)
            if 2 * kept < len(cases):
                continue
            where = f"{binary.split('::')[0]} {module}".replace("::tests", "").strip()
            ran[name].append(f"{where} {kept}")
            if kept < len(cases):
                wanting.append(f"{where} runs {kept} of the {len(cases)} cases of {name}")
        for who in WHO.get(name, DATABASES):
            if not any(where.startswith(who) for where in ran[name]):
                wanting.append(f"{who} does not run {name}")
    print("cases of each contract suite, over each adapter and decorator")
    for name, where in sorted(ran.items()):
        print(f"  {name:<24} {len(known[name]):>3}  {', '.join(where)}")
    if wanting:
        sys.exit("\n".join(wanting))


main()
