"""A deck of slides from each chapter, whose labs work: ``python -m tools.slides slides notebooks/*.ipynb``.

``reveal/`` holds reveal.js 6.0.2 as its makers build it (reveal.js, reveal.css, plugin for notes), with its licence.
It lies here because no small package installs it: those that bring it need Sphinx or JupyterLab extensions, or are 30
times as large. To take a newer one, replace these files by those of its folder ``dist/``.
"""
