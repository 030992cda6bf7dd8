"""Electronic professional-title certificates (电子职称证书). Art. 10.

The municipal bureau issues one to everybody who passed, was publicised and has no open lead. Holders show it,
units and the public check it by number and name. `numbers` makes and reads certificate numbers (证书编号),
`document` draws the PDF.
"""
