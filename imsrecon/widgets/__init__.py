"""The notebooks' screens; the only code that imports ipywidgets."""
