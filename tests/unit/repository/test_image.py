"""The image, what it is built from, and how it is kept running agree; nothing is built here."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from syncbot.cli.main import app

_ROOT = Path(__file__).parents[3]
_DOCKERFILE = (_ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def _services() -> dict[str, Any]:
    services: dict[str, Any] = YAML(typ="safe").load(_ROOT / "compose.yaml")["services"]
    return services


def test_whatever_is_copied_into_the_image_reaches_the_builder() -> None:
    """Each source of a COPY is let through by .dockerignore, which keeps everything else out, and is there."""
    let_through = (_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", _DOCKERFILE, flags=re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert copied
    assert [one for one in copied if f"!{one}" not in let_through or not (_ROOT / one).exists()] == []


def test_compose_asks_for_health_as_the_image_does() -> None:
    """Command, interval, time-out, start and retries are said twice, for engines that drop the image's, and are equal."""
    found = re.search(r"^HEALTHCHECK (.*?) CMD (\[.*\])$", _DOCKERFILE, flags=re.MULTILINE)
    assert found is not None
    options = dict(one.removeprefix("--").split("=") for one in found[1].split())
    asked = _services()["syncbot"]["healthcheck"]
    assert ["CMD", *YAML(typ="safe").load(found[2])] == asked["test"]
    assert options == {name.replace("_", "-"): str(value) for name, value in asked.items() if name != "test"}


def test_nothing_that_is_kept_running_has_rights_it_does_not_need() -> None:
    """Each service has a read-only file system, no capability, no way to gain one, and a health check."""
    for name, service in _services().items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["healthcheck"]["test"], name


def test_compose_names_only_what_is_there() -> None:
    """Volumes are declared, a service waited for exists and is not needed outside its profile, and settings are known.

    The file was found valid by the Compose Specification's schema (compose-spec.json of June 2026).
    """
    text = (_ROOT / "compose.yaml").read_text(encoding="utf-8")
    services, known = _services(), (_ROOT / ".env.example").read_text(encoding="utf-8")
    volumes = set(YAML(typ="safe").load(text)["volumes"])
    assert {place.partition(":")[0] for one in services.values() for place in one["volumes"]} == volumes
    for name, wait in services["syncbot"]["depends_on"].items():
        assert wait == {"condition": "service_healthy", "required": not services[name].get("profiles")}
    asked = re.findall(r"\$\{(\w+)(:-[^}]*)?\}", text)
    assert all(default for _, default in asked)
    assert {name for name, _ in asked if name not in known} == {"POSTGRES_PASSWORD"}


def test_the_image_runs_what_is_installed() -> None:
    """The command of the image, of compose and of the health check is one that syncbot has, where its state is kept."""
    entry = re.findall(r"^(ENTRYPOINT|CMD) (.*)$", _DOCKERFILE, flags=re.MULTILINE)
    assert dict(entry) == {"ENTRYPOINT": '["syncbot"]', "CMD": '["run"]'}
    assert _services()["syncbot"]["command"][0] == "run"
    commands = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}
    assert {"run", "health"} <= commands
    assert "WORKDIR /data" in _DOCKERFILE


def test_a_check_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """Without an engine and without a script `make image-check` fails with its own exit status, and says why."""
    project = tmp_path / "project"
    (project / "tools").mkdir(parents=True)
    for name in ("image_check.sh", "image_inside.py"):
        shutil.copy(_ROOT / "tools" / name, project / "tools")
    done = subprocess.run(
        ["/bin/bash", project / "tools" / "image_check.sh"],
        env={"PATH": "/usr/bin:/bin", "ENGINE": "no-such-engine"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert "nothing was checked" in done.stderr
