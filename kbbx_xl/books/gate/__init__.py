"""The gate (把关): what is looked at before any reader is trusted with a file.

``place`` looks at the file on the disk, ``package`` at the zip, ``workbook`` at its structure,
``sheet_xml`` and ``walk`` at each sheet, ``second`` reads again what looks odd.  Everything that stops
a file is a ``HeldBackError`` with its cause.
"""
