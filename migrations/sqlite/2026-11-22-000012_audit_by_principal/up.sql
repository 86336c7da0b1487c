-- Everything that is kept about a person is also what they did to others.
CREATE INDEX audit_by_principal ON audit (principal, seq);
