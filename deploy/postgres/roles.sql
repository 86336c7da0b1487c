-- Two roles: the owner makes and changes tables, and is used by `muster migrate` alone; Muster itself reads and writes
-- rows. Run once, by a superuser, in the new and empty database (psql 15 or newer, for \getenv):
--
--   POSTGRES_OWNER_PASSWORD=… POSTGRES_APP_PASSWORD=… psql --set ON_ERROR_STOP=1 --dbname muster --file roles.sql
--
-- then `muster migrate up` as the owner, then grants.sql; and these two again with each new version.
\set ON_ERROR_STOP 1
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv app_password POSTGRES_APP_PASSWORD

BEGIN;

CREATE ROLE muster_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE muster_app LOGIN PASSWORD :'app_password';

-- The owner of a database owns its schema public, and may add the extensions that need no superuser (pg_trgm).
ALTER DATABASE :"DBNAME" OWNER TO muster_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO muster_app;
GRANT USAGE ON SCHEMA public TO muster_app;

-- A table made by a migration can be read and added to at once, and no more: the right to change and delete rows comes
-- with grants.sql. So a run of grants.sql that was forgotten is an error that everybody sees, and never a trail that
-- can be rewritten.
ALTER DEFAULT PRIVILEGES FOR ROLE muster_owner IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO muster_app;
ALTER DEFAULT PRIVILEGES FOR ROLE muster_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO muster_app;

COMMIT;
