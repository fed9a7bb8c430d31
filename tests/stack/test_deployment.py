"""The examples of docs/deployment: every key, command and setting in them is known, and the units' commands run."""

import json
import math
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from pipeline.media import shelf
from storage.catalogue.engine import Catalogue
from studio.cli import rushes
from studio.metrics import Farm
from studio.settings import Settings, settings
from tests.stack.databases import Databases
from tests.stack.farmed import Farmed
from tests.stack.running import ENVIRONMENT, ROOT
from workers.broker import redis_at
from workers.orders import QUEUES
from workers.redis_server import redis_program
from workers.servers import Server, program

PLACE = ROOT / "docs" / "deployment"
PROGRAM = "/opt/rushes/bin/rushes"
KNOWN = frozenset(re.findall(r"RUSHES_[A-Z0-9_]+", Settings.__doc__ or ""))
UNITS = ("rushes-worker@.service", "rushes-sweep.service", "rushes-metrics.service", "rushes-web.service")

KEYS = {
    "Unit": {"Description", "After", "Wants", "StartLimitIntervalSec"},
    "Service": {
        "Type", "User", "Group", "EnvironmentFile", "ExecStart", "KillMode", "KillSignal", "TimeoutStopSec",
        "Restart", "RestartSec", "CacheDirectory", "CacheDirectoryMode", "UMask", "LimitNOFILE",
        "OOMPolicy", "Nice", "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "ProtectSystem",
        "ProtectKernelTunables", "ProtectKernelModules", "ProtectControlGroups", "RestrictSUIDSGID",
        "RestrictAddressFamilies", "LockPersonality",
    },
    "Install": {"WantedBy"},
}  # fmt: skip
"""Keys of systemd.unit(5), systemd.service(5), systemd.exec(5) and systemd.kill(5) that the examples use."""

SERVICE = {
    "image", "build", "restart", "init", "stop_signal", "stop_grace_period", "environment", "depends_on", "volumes",
    "healthcheck", "hostname", "command", "configs", "expose", "ports",
}  # fmt: skip
"""Keys of a service that the compose file uses (compose-spec, 05-services.md)."""


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """A unit: the values of each key of each section."""
    sections: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in (PLACE / name).read_text("utf-8").splitlines():
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            assert section not in sections
            sections[section] = {}
            continue
        key, found, value = line.partition("=")
        assert found, line
        sections[section].setdefault(key, []).append(value)
    return sections


def known(arguments: list[str]) -> str:
    """The command that these arguments call; they are read as `rushes` itself reads them, and nothing is done."""
    name, *rest = arguments
    command = rushes.get_command(click.Context(rushes), name)
    if command is None:
        raise KeyError(name)
    with command.make_context(name, rest, resilient_parsing=False):
        return name


def environment_of(file: Path) -> dict[str, str]:
    """The settings of a file for systemd or compose."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*=\S*", line) for line in lines)
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("name", UNITS)
def test_every_key_of_a_unit_is_known_and_it_holds_no_secret(name: str) -> None:
    sections = unit(name)
    assert set(sections) == set(KEYS)
    for section, values in sections.items():
        assert set(values) <= KEYS[section]
        assert all(len(found) == 1 for key, found in values.items() if key != "EnvironmentFile")
    service = sections["Service"]
    assert service["EnvironmentFile"][0] == "/etc/rushes/rushes.env"
    assert service["User"] == ["rushes"]
    assert "RUSHES_" not in (PLACE / name).read_text("utf-8")
    called, *arguments = shlex.split(service["ExecStart"][0])
    assert called == PROGRAM
    for queue in QUEUES:
        known([one.replace("%i", queue) for one in arguments])


def test_one_unit_sweeps() -> None:
    assert [name for name in UNITS if "--sweep" in unit(name)["Service"]["ExecStart"][0]] == ["rushes-sweep.service"]


@pytest.mark.parametrize("name", UNITS[:2])
def test_a_worker_has_the_time_to_stop_that_it_takes(name: str) -> None:
    service = unit(name)["Service"]
    farm = shelf.farm()
    assert service["KillSignal"] == ["SIGQUIT"]
    assert int(service["TimeoutStopSec"][0]) >= 2 * farm.stop_seconds


def test_systemd_itself_where_it_is_finds_nothing_wrong(tmp_path: Path) -> None:
    """Where it is not, every key was looked at above."""
    if shutil.which("systemd-analyze") is None:
        return
    program = shutil.which("rushes", path=str(Path(sys.executable).parent))
    assert program is not None
    for name in UNITS:
        text = (PLACE / name).read_text("utf-8").replace(PROGRAM, program)
        (tmp_path / name.replace("@", "@render")).write_text(text)
    wrong = tmp_path / "wrong.service"
    wrong.write_text((tmp_path / "rushes-sweep.service").read_text().replace("KillMode", "KilMode"))

    def said(*files: Path) -> str:
        done = subprocess.run(
            ["systemd-analyze", "verify", *map(str, files)], capture_output=True, text=True, check=False
        )
        return "\n".join(line for line in done.stderr.splitlines() if str(tmp_path) in line or "rushes" in line)

    assert not said(*sorted(tmp_path.glob("rushes-*")))
    assert "KilMode" in said(wrong)


def test_the_settings_of_the_examples_are_known() -> None:
    found = environment_of(PLACE / "rushes.env.example") | environment_of(PLACE / "render.env.example")
    assert set(found) <= KNOWN
    given = settings(found)
    assert given.studio is not None
    assert given.broker is not None
    assert given.workers == 4


def test_workers_run_by_the_commands_of_their_units_and_stop_by_their_signals(farm: Farmed) -> None:
    program = str(Path(sys.executable).parent / "rushes")
    started: dict[str, Server] = {}
    for name, instance in ((UNITS[0], "render"), (UNITS[0], "ingest"), (UNITS[1], "sweep")):
        command = unit(name)["Service"]["ExecStart"][0].replace(PROGRAM, program).replace("%i", instance)
        server = Server(shlex.split(command), farm.folder / f"{instance}.log", {**ENVIRONMENT, **farm.settings}, ROOT)
        server.start()
        farm.workers[instance] = started[instance] = server
    for instance, server in started.items():
        deadline = time.monotonic() + 60
        while "ready" not in said(server):
            assert time.monotonic() < deadline, server.log.read_text()
            assert server.pid, server.log.read_text()
            time.sleep(0.1)
        assert f'"worker": "{instance}@' in server.log.read_text()
    service = unit(UNITS[1])["Service"]
    for server in started.values():
        server.ask(signal.Signals[service["KillSignal"][0]])
    deadline = time.monotonic() + int(service["TimeoutStopSec"][0])
    while any(server.pid for server in started.values()):
        assert time.monotonic() < deadline, farm.said()
        time.sleep(0.1)
    for server in started.values():
        assert server.status == 0


def said(worker: Server) -> list[str]:
    """What a worker has logged: all of it is JSON."""
    return [json.loads(line)["message"] for line in worker.log.read_text().splitlines()]


def compose() -> dict[str, Any]:
    return yaml.safe_load((PLACE / "compose.yml").read_text("utf-8"))


ADDRESS, SECRET = "https://studio.example.org", "a-secret-of-forty-eight-letters-and-digits-12345"
"""What stands in for what people fill in."""


def filled(text: str) -> str:
    """A value of the compose file, its variables filled in; each must be set, and stands in the example."""
    wanted = re.findall(r"\$\{(\w+)([^}]*)\}", text)
    assert all(name in environment_of(PLACE / "compose.env.example") for name, _ in wanted)
    assert all(otherwise.startswith(":?") for _, otherwise in wanted)
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: ADDRESS if found[1].endswith("URL") else SECRET, text)


def test_the_compose_file_is_sound() -> None:
    data = compose()
    assert set(data) == {"name", "x-rushes", "services", "configs", "volumes"}
    services = data["services"]
    for name, service in services.items():
        assert set(service) <= SERVICE, name
        assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+[\w.-]*", service["image"]), f"{name}: its image is not pinned"
        for other, how in service.get("depends_on", {}).items():
            wanted = how["condition"]
            assert wanted in {"service_started", "service_healthy", "service_completed_successfully"}
            assert wanted != "service_healthy" or "healthcheck" in services[other]
            assert wanted != "service_completed_successfully" or services[other]["restart"] == "on-failure"
        for volume in service.get("volumes", ()):
            source, target, *_ = volume.split(":")
            assert target.startswith("/")
            assert (PLACE / source).is_file() if source.startswith("./") else source in data["volumes"]
        for one in service.get("configs", ()):
            assert one["source"] in data["configs"]
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), f"{name}: open to everyone"
        for value in service.get("environment", {}).values():
            filled(value)
    assert not any(environment_of(PLACE / "compose.env.example").values())


def test_what_the_compose_file_starts_is_known() -> None:
    services = compose()["services"]
    ours = {name: one for name, one in services.items() if one["image"].startswith("rushes:")}
    called = {name: known(one["command"]) for name, one in ours.items()}
    assert called == {
        "bucket": "storage",
        "schema": "jobs",
        "sweep": "worker",
        "light": "worker",
        "ingest": "worker",
        "render": "worker",
        "web": "serve",
        "metrics": "metrics",
    }
    assert sum("--sweep" in one["command"] for one in ours.values()) == 1
    queues = {
        one["command"][one["command"].index("--queues") + 1] for one in ours.values() if "worker" in one["command"]
    }
    assert queues == set(QUEUES)
    for one in [*ours.values(), services["flower"]]:
        found = {name: filled(value) for name, value in one["environment"].items()}
        assert {name for name in found if not name.startswith("FLOWER_")} <= KNOWN
        assert settings(found).studio is not None
        assert one["build"]["target"] in (PLACE / "Dockerfile").read_text("utf-8")
    assert services["metrics"]["expose"] == ["9808"]
    assert json.loads(filled(compose()["configs"]["s3"]["content"]))["identities"][0]["name"] == "rushes"
    farm = shelf.farm()
    for one in ours.values():
        assert int(one["stop_grace_period"].removesuffix("s")) >= 2 * farm.stop_seconds


def test_the_object_server_knows_its_flags() -> None:
    _, *flags = compose()["services"]["seaweedfs"]["command"]
    done = subprocess.run([program("weed"), "server", "-h"], capture_output=True, text=True, check=False, timeout=60)
    offered = set(re.findall(r"^  (-[\w.]+)", done.stdout + done.stderr, re.MULTILINE))
    assert {flag.partition("=")[0] for flag in flags} <= offered


def test_the_sizing_table_is_what_its_model_says() -> None:
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    segments, seconds, cpu, preroll, cores, task, join = 40, 15, 1.25, 0.12, 1.88, 0.35, 3.7
    for number in (str(segments), str(seconds), str(cpu), str(preroll), str(cores), str(task), str(join)):
        assert number in page.partition("It is a model:")[2].partition("\n\n")[0]
    each = task + (seconds * cpu + preroll) / cores
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 6
    for workers, draft, film in rows:
        assert int(draft) == round(math.ceil(segments / int(workers)) * each + join)
        assert int(film) == round(int(workers) * 8 * 60 * 0.7 * seconds / each)


def test_a_command_that_there_is_not_would_be_found() -> None:
    with pytest.raises(click.UsageError):
        known(["worker", "--queue", "light"])
    with pytest.raises(KeyError):
        known(["work"])


def test_the_image_has_every_package_and_nothing_else() -> None:
    lines = (PLACE / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    steps = [line.split() for line in lines if line and not line.startswith("#")]
    assert {step[0] for step in steps} <= {
        "FROM",
        "ENV",
        "COPY",
        "RUN",
        "USER",
        "WORKDIR",
        "VOLUME",
        "STOPSIGNAL",
        "ENTRYPOINT",
    }
    stages = {step[3] for step in steps if step[0] == "FROM" and len(step) == 4}
    bases = [step[1] for step in steps if step[0] == "FROM"]
    assert all(base in stages or re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", base) for base in bases)
    assert steps[-1] == ["FROM", "rushes"]
    copied = {source for step in steps if step[0] == "COPY" for source in step[1:-1]}
    assert all((ROOT / source).exists() for source in copied)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert {name.partition(".")[0] for name in packages} <= copied
    let_in = (PLACE / "Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{source}" for source in copied} == {line for line in let_in if line.startswith("!")}


def test_the_brokers_settings_are_those_that_a_farm_wants(tmp_path: Path) -> None:
    lines = [
        line.split(" = ") for line in (PLACE / "rabbitmq.conf").read_text().splitlines() if line and line[0] != "#"
    ]
    assert int(dict(lines)["consumer_timeout"]) >= shelf.farm().longest_hours * 3600 * 1000
    socket = tmp_path / "s"
    command = [redis_program(None), str(PLACE / "redis.conf"), "--port", "0", "--unixsocket", str(socket), "--dir"]
    server = Server([*command, str(tmp_path)], tmp_path / "log", {})
    server.start()
    try:
        deadline = time.monotonic() + 20
        while not socket.exists():
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.05)
        found = redis_at(f"redis+socket://{socket}")
    finally:
        server.stop(patience=10)
    assert found is not None
    assert (found.policy, found.appends) == ("noeviction", True)


def test_alarms_are_about_numbers_that_there_are(databases: Databases) -> None:
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Farm(catalogue))
        text = generate_latest(registry).decode()
        catalogue.close()
    there = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    [group] = yaml.safe_load((PLACE / "alerts.yml").read_text("utf-8"))["groups"]
    recorded = {rule["record"] for rule in group["rules"] if "record" in rule}
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    for rule in group["rules"]:
        used = set(re.findall(r"rushes[_:][a-z0-9_:]+", rule["expr"]))
        assert used - recorded <= there, rule
        assert rule["expr"].count("(") == rule["expr"].count(")")
        if "alert" in rule:
            assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
            assert f"`{rule['alert']}`" in page
    scrape = yaml.safe_load((PLACE / "prometheus.yml").read_text("utf-8"))
    assert all((PLACE / name).is_file() for name in scrape["rule_files"])
    assert scrape["scrape_configs"][0]["static_configs"][0]["targets"] == ["metrics:9808"]
