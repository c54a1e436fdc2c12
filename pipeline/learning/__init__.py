"""Learning the models that the project ships, from documents with facts that careful readers wrote down."""

from pipeline.learning.line_noise import train_line_noise
from pipeline.learning.linker import train_linker

__all__ = ["train_line_noise", "train_linker"]
