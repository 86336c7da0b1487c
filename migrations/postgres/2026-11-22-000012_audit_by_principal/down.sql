DROP INDEX audit_by_principal;
