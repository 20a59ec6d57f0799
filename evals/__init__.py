"""Evaluation: cases, metrics and runs of answer quality, without a language model."""
