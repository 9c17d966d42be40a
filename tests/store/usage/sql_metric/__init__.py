"""SQL metrics: what they mean, and that they can do nothing else."""
