-- The trail stays; that nobody changed it can no longer be shown.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DROP TABLE audit_seals;
DROP FUNCTION audit_seals_are_only_added_to();
