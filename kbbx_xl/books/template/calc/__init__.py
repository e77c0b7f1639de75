"""Native formulas of the registration workbook (登记表): Excel 2010, WPS and LibreOffice alike."""
