-- What Muster may do with the tables that are there. Run after each migration, as muster_owner. It can be run again at
-- any time: it is one transaction, so whoever is at work meanwhile never lacks a right.
\set ON_ERROR_STOP 1

BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM muster_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO muster_app;

-- The trail and its seals are read and added to. (Triggers say the same; this also holds for whoever could drop a trigger.)
REVOKE UPDATE, DELETE ON audit, audit_seals FROM muster_app;
-- What was migrated is the owner's to write; Muster reads whether the schema is the one it knows.
REVOKE INSERT, UPDATE, DELETE ON __diesel_schema_migrations FROM muster_app;

COMMIT;
