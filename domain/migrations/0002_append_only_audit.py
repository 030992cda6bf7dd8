"""The audit table is append-only, and the outbox finds what waits without walking what was relayed."""

from tortoise import migrations
from tortoise.migrations import operations as ops

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_entries is append-only';
END
$$
"""
ROWS = """
CREATE TRIGGER audit_entries_rows_stay BEFORE UPDATE OR DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
TABLE = """
CREATE TRIGGER audit_entries_stay BEFORE TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
WAITING = "CREATE INDEX outbox_waiting ON outbox_events (seq) WHERE relayed_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [
        ops.RunSQL(
            [REFUSE, ROWS, TABLE, WAITING],
            [
                "DROP INDEX outbox_waiting",
                "DROP TRIGGER audit_entries_stay ON audit_entries",
                "DROP TRIGGER audit_entries_rows_stay ON audit_entries",
                "DROP FUNCTION refuse_change()",
            ],
        )
    ]
