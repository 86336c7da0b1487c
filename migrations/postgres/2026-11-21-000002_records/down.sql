-- Dangerous: takes the audit trail, undelivered events and the installation's secrets with it.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DROP TABLE installation_keys;
DROP TABLE idempotency_subjects;
DROP TABLE idempotency;
DROP TABLE outbox;
DROP TABLE audit;
DROP FUNCTION audit_is_only_added_to();
