"""What every server of the course sets for its kernels. The files of deploy/ repeat it; a test compares them."""

# Threads of torch that have to wait sleep instead of spinning: students share the cores.
KERNEL_ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}
# Where the images lie that all students read: put there once by an administrator.
IMAGES = "/srv/fashion-mnist"
