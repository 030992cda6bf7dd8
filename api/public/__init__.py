"""Pages that anybody may open without an account: checking a certificate, and the public notices (Art. 9(7), 10).

Plain HTML for a phone first: no script, no cookie, nothing from elsewhere. Chinese, with small English beside it.
"""
