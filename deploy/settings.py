"""What servers for a class set. The files of deploy/, which are not Python, repeat it; tests/deploy compares them."""

# Threads of torch that have to wait sleep instead of spinning: students share the cores.
KERNEL_ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}
# For a student: three times what the largest chapter that was measured takes (see benchmarks/CLASS.md), and two cores.
MEMORY_LIMIT = "2G"
CPU_LIMIT = 2
# Where the images lie that all students read: put there once, by an administrator.
IMAGES = "/srv/fashion-mnist"
