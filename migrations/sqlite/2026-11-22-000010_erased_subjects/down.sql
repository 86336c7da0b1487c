DROP INDEX users_external_subject_deleted;
DROP TABLE erased_subjects;
