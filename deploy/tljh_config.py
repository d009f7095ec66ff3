"""The Littlest JupyterHub for this course: copy this file to /opt/tljh/config/jupyterhub_config.d/course.py."""

c = get_config()  # noqa: F821 - JupyterHub defines it

# systemd enforces both. Without them one student's cell can take the memory of all.
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 2

c.Spawner.environment = {
    # Threads of torch that have to wait sleep instead of spinning: students share the cores.
    "OMP_WAIT_POLICY": "PASSIVE",
    # torch counts the cores of the machine, not those that the limit leaves. The chapters use one thread anyway.
    "OMP_NUM_THREADS": "2",
    # One copy for all, which nobody but root can change. No chapter then tries the network.
    "FASHION_MNIST_DIR": "/srv/fashion-mnist",
    "FASHION_MNIST_DOWNLOAD": "0",
}

# At the beginning of a lesson all servers start at once: each then takes longer.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
