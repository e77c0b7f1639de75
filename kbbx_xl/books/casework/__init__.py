"""Workbooks and papers of case work (个案办理): what a unit works through, child by child."""
