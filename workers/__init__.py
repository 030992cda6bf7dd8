"""The worker process: what happens after a request has been answered. arq lives here and nowhere else."""
