"""The hub of the class test: a shared password, a local process for each student, and the limits that deploy/ advises.

The test says in the environment, by CLASS_*, where things are. A hub for real students needs other answers for login,
encryption and limits: see deploy/README.md.
"""

import os
import resource
import sys
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

sys.path.insert(0, os.environ["CLASS_ROOT"])
from deploy.settings import KERNEL_ENVIRONMENT

c = get_config()  # noqa: F821 - JupyterHub defines it
state, homes = Path(os.environ["CLASS_STATE"]), Path(os.environ["CLASS_HOMES"])
users = {int(home.name.removeprefix("student")): home for home in homes.iterdir()}
FIRST_UID = int(os.environ["CLASS_FIRST_UID"])  # 0: everybody is the user who runs the test
ADDRESS_SPACE = int(float(os.environ["CLASS_GB"]) * 2**30)


class StudentSpawner(SimpleLocalProcessSpawner):
    """Start each student's server under a user id of its own, with a limit of memory for each of its processes."""

    def make_preexec_fn(self, name):
        home = homes / name
        uid = FIRST_UID and FIRST_UID + int(name.removeprefix("student"))

        def preexec():
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
            if uid:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            os.umask(0o077)
            os.chdir(home)

        return preexec


c.JupyterHub.spawner_class = StudentSpawner
c.StudentSpawner.home_dir_template = str(homes / "{username}")
c.Spawner.cmd = [os.environ["CLASS_PYTHON"], "-m", "jupyterhub.singleuser"]
c.Spawner.environment = KERNEL_ENVIRONMENT | {
    name: os.environ[name] for name in os.environ if name.startswith(("CLASS_RUN", "FASHION_MNIST_", "TQDM_"))
}
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # all come at once

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["CLASS_PASSWORD"]
c.Authenticator.allowed_users = {home.name for home in users.values()}

c.JupyterHub.bind_url = os.environ["CLASS_URL"]
c.JupyterHub.hub_bind_url = os.environ["CLASS_HUB_URL"]
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.log_level = "INFO"

# Servers and proxy are processes of their own: they go on when the hub stops, and it finds them when it is back.
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = os.environ["CLASS_PROXY_API"]
