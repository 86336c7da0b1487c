SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DROP INDEX users_external_subject_deleted;
DROP TABLE erased_subjects;
