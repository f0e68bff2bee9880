"""From a scan to a record: pages, faces, lines, two readers, fusion, the grammar of each form.

The only package that loads cv2, pytesseract, trueocr, pdfplumber and pypdfium2. It knows no database, no queue and no
registry.
"""
