"""The files for a class: they parse, say the same as one another, and hold no version twice."""

import os
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config

from deploy.settings import CPU_LIMIT, IMAGES, KERNEL_ENVIRONMENT, MEMORY_LIMIT

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = [
    path
    for path in [*DEPLOY.rglob("*"), ROOT / "postBuild", ROOT / "start"]
    if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts)
]


KNOWN_HOSTS = {"github.com", "gitlab.com", "mybinder.org", "colab.research.google.com", "hub.example.org", "127.0.0.1"}
KNOWN_HOSTS |= {"otter-grader.readthedocs.io"}


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def values():
    return yaml.safe_load(text("deploy/values.yaml"))


def hub_config():
    """Return what The Littlest JupyterHub's file sets."""
    config = Config()
    runpy.run_path(str(DEPLOY / "tljh_config.py"), init_globals={"get_config": lambda: config})
    return config


def started(name):
    """Return a variable of a process that Binder's start script starts."""
    code = f"import os; print(os.environ.get({name!r}))"
    environment = {key: value for key, value in os.environ.items() if key != name}
    command = ["bash", str(ROOT / "start"), sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def workflow():
    return yaml.safe_load(text(".github/workflows/test.yml"))["jobs"]["test"]["env"]


PLACES = {
    "make": lambda name: re.search(rf"^{name} \?= (\w+)\nexport {name}$", text("Makefile"), re.MULTILINE)[1],
    "conda": lambda name: yaml.safe_load(text("environment.yml"))["variables"][name],
    "the littlest hub": lambda name: hub_config().Spawner.environment[name],
    "kubernetes": lambda name: values()["singleuser"]["extraEnv"][name],
    "the image": lambda name: re.search(rf"^ENV {name}=(\w+)$", text("deploy/Dockerfile"), re.MULTILINE)[1],
    "the continuous tests": lambda name: workflow()[name],
    "Binder": started,
}


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(place, marks=pytest.mark.skipif(os.name == "nt" and place == "Binder", reason="there is no bash"))
        for place in PLACES
    ],
)
def test_threads_wait_alike_wherever_the_course_runs(place):
    assert {name: PLACES[place](name) for name in KERNEL_ENVIRONMENT} == KERNEL_ENVIRONMENT
    assert KERNEL_ENVIRONMENT == {"OMP_WAIT_POLICY": "PASSIVE"}


def test_limits_are_alike_and_torch_is_told_of_them():
    hub, cluster = hub_config().Spawner, values()["singleuser"]
    assert (hub.mem_limit, hub.cpu_limit) == (MEMORY_LIMIT, CPU_LIMIT)
    assert (cluster["memory"]["limit"], cluster["cpu"]["limit"]) == (MEMORY_LIMIT, CPU_LIMIT)
    assert hub.environment["OMP_NUM_THREADS"] == cluster["extraEnv"]["OMP_NUM_THREADS"] == str(CPU_LIMIT)


def test_a_cluster_reserves_less_than_it_allows():
    memory, cpu = (values()["singleuser"][what] for what in ("memory", "cpu"))
    assert 0 < float(memory["guarantee"][:-1]) < float(memory["limit"][:-1])
    assert memory["guarantee"][-1] == memory["limit"][-1] == "G"
    assert 0 < cpu["guarantee"] < cpu["limit"]


def test_the_images_lie_in_one_place_for_all():
    assert hub_config().Spawner.environment["FASHION_MNIST_DIR"] == IMAGES
    assert f"ENV FASHION_MNIST_DIR={IMAGES}\n" in text("deploy/Dockerfile")
    assert IMAGES in text("deploy/README.md")


def test_a_link_of_the_cluster_opens_what_it_pulls():
    single = values()["singleuser"]
    (_, _, pull) = single["lifecycleHooks"]["postStart"]["exec"]["command"]
    folder = re.fullmatch(r"gitpuller REPOSITORY main (\w+) \|\| true", pull)[1]
    chapter = single["defaultUrl"].removeprefix(f"/lab/tree/{folder}/")
    assert (ROOT / chapter).is_file()


def test_the_image_takes_all_versions_from_the_lists():
    dockerfile = text("deploy/Dockerfile")
    commands = re.sub(r"(?m)^#.*$", "", dockerfile)
    assert re.findall(r"\d+\.\d+", commands) == ["3.11", "0.0", "0.0"], "a base image, and the address to listen at"
    assert '"$(grep ^torch== requirements.txt)"' in commands
    assert "-c constraints.txt -r requirements.txt -r deploy/requirements-hub.txt" in commands
    assert "python=3.11" in text("environment.yml")


def test_the_image_copies_what_is_there_and_all_that_the_package_needs():
    copied = re.findall(r"^COPY (.+) \S+$", text("deploy/Dockerfile"), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert all((ROOT / name).exists() for name in names)
    project = tomllib.loads(text("pyproject.toml"))
    packages = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages | {"pyproject.toml", "requirements.txt", project["project"]["readme"]} <= names


def test_nobody_runs_as_root_in_the_image():
    users = re.findall(r"^(?:USER|CMD|RUN|ENV|COPY).*$", text("deploy/Dockerfile"), re.MULTILINE)
    assert [line for line in users if line.startswith("USER")] == ["USER jovyan"]
    assert users.index("USER jovyan") > max(i for i, line in enumerate(users) if line.startswith("RUN"))


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_binder_finds_its_scripts(name):
    """With a folder binder/ it would look for all of its files there, and not at the top."""
    assert not (ROOT / "binder").exists()
    assert not (ROOT / ".binder").exists()
    assert text(name).startswith("#!/bin/bash\n")


def test_binder_prepares_what_a_hub_prepares():
    images = 'python -c "from helpers import load_fashion_mnist; load_fashion_mnist()"'
    assert {"python -m course_server", images} <= set(text("postBuild").splitlines())
    assert images in text("deploy/Dockerfile")
    assert images in text("deploy/README.md")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_names_a_place_to_install_from(path):
    hosts = {host.lower() for host in re.findall(r"https?://([\w.-]*\w)", path.read_text(encoding="utf-8"))}
    assert hosts <= KNOWN_HOSTS


def test_each_package_of_a_hub_is_pinned_with_a_reason():
    lines = text("deploy/requirements-hub.txt").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert {"jupyterhub", "nbgitpuller"} == {re.fullmatch(r"([a-z]+)==[\d.]+", pin)[1] for pin in pins}
    assert all(lines[lines.index(pin) - 1].startswith("# ") for pin in pins)


def test_the_proxy_is_pinned_and_no_list_of_addresses_is_kept():
    package = yaml.safe_load(text("deploy/package.json"))
    (version,) = package["dependencies"].values()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert version in package["description"]
    assert not (DEPLOY / "package-lock.json").exists()


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short(path):
    if "node_modules" not in path.parts:
        assert path.read_text(encoding="utf-8").count("\n") <= 250
