"""The web processes and nothing else: API, gateway, and the commands that start and check them.

| module | what it answers |
|---|---|
| `cli` | which commands there are |
| `up` | how everything starts on one machine and stops again |
| `embedded`, `postgres_engine`, `valkey_engine` | how PostgreSQL and Valkey run without being installed |
| `processes`, `privileges` | how children live, die with their parent, and give up root |
| `instance` | how another command finds what `up` started |
| `environment`, `settings`, `secret_keys` | what a process reads before it starts |
| `doctor`, `health` | what is wrong and how to mend it; whether a process can serve |
"""
