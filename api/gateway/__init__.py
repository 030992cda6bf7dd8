"""The gateway for the browser: cookie in front, bearer token behind, and nothing of the domain.

| module | what it answers |
|---|---|
| `app` | which endpoints there are, and what they share |
| `settings` | what the process reads before it starts |
| `login`, `logout` | how a session begins and ends |
| `issuer` | what the gateway asks the issuer |
| `sessions`, `pending`, `seal` | what Redis keeps, and how it is sealed |
| `refresh` | how a token is renewed once, however many requests wait |
| `home` | what stands at / where no front end is deployed |
| `forward`, `body` | how a request reaches the API and its answer comes back |
| `csrf`, `cookies`, `headers` | what protects the browser |
| `answers` | how errors are told |

A refresh token is used up the moment the issuer answers. If that answer is lost on the way (the gateway dies in just
that moment), the session ends at the next refresh and the person logs in again.
"""
