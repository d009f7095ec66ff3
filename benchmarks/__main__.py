"""Run all benchmarks and print their tables: ``python -m benchmarks``. Expect a few minutes; a quiet machine helps."""

from benchmarks import animator, fashion, imports, nets, slider, sweeps, threads

for title, benchmark in [
    ("Live drawing", animator),
    ("One epoch on Fashion-MNIST, and its evaluation", fashion),
    ("Importing", imports),
    ("Training a whole axis", sweeps),
    ("Training any module", nets),
    ("From key to picture", slider),
    ("Threads that wait", threads),
]:
    print(f"\n## {title}\n", flush=True)
    benchmark.main()
