"""Self-check (自检): what this machine has, what is wrong, what to do; for the command line and the button.

``report.report(machine.this_machine())`` looks; every check works on a Machine value and is tested on
any system.
"""
