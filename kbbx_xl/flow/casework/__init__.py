"""Case work (个案办理): every case with its dated rows, its evidence, and what is due."""
