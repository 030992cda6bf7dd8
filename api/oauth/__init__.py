"""The bundled OpenID Connect issuer: Authlib's core on Starlette, our rows behind it.

| module | what it answers |
|---|---|
| `routes` | which endpoints there are, and what the issuer publishes about itself |
| `issuer` | what an issuer is made of: its URL, keys, cookies, limits |
| `adapter` | how Authlib's synchronous core runs on the event loop, in one transaction |
| `parameters` | what a request may contain before anything looks at it |
| `clients`, `grants`, `tokens`, `revocation` | who may ask for tokens, how, and what they get |
| `authorize`, `login`, `logout`, `pages` | what a person in a browser meets |
| `attempts` | how often a password may be wrong |
| `keys` | what signs, and what is published to check signatures |
| `commands` | what an operator does at the command line |
"""
