"""Whether a sentence makes a claim that the desk knows. Plain Python with numpy, no Django."""
