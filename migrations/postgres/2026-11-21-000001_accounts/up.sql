-- People, their photos, and how they come by a password.
--
-- Texts that are compared or searched are folded in Rust and stored beside the original: no database's idea of lower
-- case counts. Collation "C" compares UTF-8 by code point.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE users (
    id uuid NOT NULL CONSTRAINT users_id_key PRIMARY KEY,
    given_name text NOT NULL,
    family_name text NOT NULL,
    email text NOT NULL,
    phone text,
    address text,
    external_subject text COLLATE "C",
    role text NOT NULL CONSTRAINT users_role_known CHECK (role IN ('member', 'manager', 'admin')),
    status text NOT NULL CONSTRAINT users_status_known CHECK (status IN ('active', 'suspended', 'deleted')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL CONSTRAINT users_version_range CHECK (version BETWEEN 1 AND 4294967295),
    -- What the directory is ordered, searched and kept unique by.
    email_key text COLLATE "C" NOT NULL,
    family_key text COLLATE "C" NOT NULL,
    given_key text COLLATE "C" NOT NULL,
    search_text text NOT NULL,
    -- Written with the person's photos and with nothing else.
    avatar_image_id uuid,
    images_next_seq bigint NOT NULL DEFAULT 1 CONSTRAINT users_images_next_seq_range CHECK (images_next_seq >= 1),
    image_bytes_used bigint NOT NULL DEFAULT 0 CONSTRAINT users_image_bytes_used_range CHECK (image_bytes_used >= 0),
    image_bytes_reserved bigint NOT NULL DEFAULT 0
    CONSTRAINT users_image_bytes_reserved_range CHECK (image_bytes_reserved >= 0)
);

CREATE UNIQUE INDEX users_email_key_living ON users (email_key) WHERE status <> 'deleted';
CREATE UNIQUE INDEX users_external_subject_living ON users (external_subject) WHERE status <> 'deleted';
CREATE INDEX users_directory ON users (family_key, given_key, id);
CREATE INDEX users_active_admins ON users (id) WHERE role = 'admin' AND status = 'active';
-- Every run of three characters, so that a term of three or more finds its candidates without a scan.
CREATE INDEX users_search ON users USING gin (search_text gin_trgm_ops);

CREATE TABLE user_sites (
    user_id uuid NOT NULL CONSTRAINT user_sites_user REFERENCES users (id),
    site_id uuid NOT NULL,
    CONSTRAINT user_sites_key PRIMARY KEY (user_id, site_id)
);

CREATE INDEX user_sites_by_site ON user_sites (site_id, user_id);

CREATE TABLE images (
    id uuid NOT NULL CONSTRAINT images_key PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT images_user REFERENCES users (id),
    state text NOT NULL
    CONSTRAINT images_state_known CHECK (state IN ('pending', 'ready', 'aborted', 'deleting', 'gone')),
    seq bigint CONSTRAINT images_seq_range CHECK (seq >= 1),
    source_digest bytea NOT NULL CONSTRAINT images_source_digest_shape CHECK (octet_length(source_digest) = 32),
    bytes bigint NOT NULL CONSTRAINT images_bytes_range CHECK (bytes >= 0),
    taken_at timestamptz,
    created_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    CONSTRAINT images_seq_with_state CHECK (
        CASE state
            WHEN 'gone' THEN true
            WHEN 'ready' THEN seq IS NOT NULL
            WHEN 'deleting' THEN seq IS NOT NULL
            ELSE seq IS NULL
        END
    )
);

CREATE UNIQUE INDEX images_seq_of_user ON images (user_id, seq);
CREATE UNIQUE INDEX images_source_living ON images (user_id, source_digest) WHERE state IN ('pending', 'ready');
CREATE INDEX images_by_state ON images (state, deadline);

ALTER TABLE users ADD CONSTRAINT users_avatar_is_an_image FOREIGN KEY (avatar_image_id) REFERENCES images (id);

CREATE TABLE image_objects (
    key text COLLATE "C" NOT NULL CONSTRAINT image_objects_key PRIMARY KEY,
    image_id uuid NOT NULL CONSTRAINT image_objects_image REFERENCES images (id),
    variant text NOT NULL CONSTRAINT image_objects_variant_known CHECK (variant IN ('64', '256', '1024', 'full')),
    media_type text NOT NULL
    CONSTRAINT image_objects_media_type_known CHECK (media_type IN ('image/jpeg', 'image/png')),
    width bigint NOT NULL CONSTRAINT image_objects_width_range CHECK (width BETWEEN 1 AND 4294967295),
    height bigint NOT NULL CONSTRAINT image_objects_height_range CHECK (height BETWEEN 1 AND 4294967295),
    bytes bigint NOT NULL CONSTRAINT image_objects_bytes_range CHECK (bytes >= 0),
    digest bytea NOT NULL CONSTRAINT image_objects_digest_shape CHECK (octet_length(digest) = 32)
);

CREATE UNIQUE INDEX image_objects_variant ON image_objects (image_id, variant);

CREATE TABLE credentials (
    user_id uuid NOT NULL CONSTRAINT credentials_key PRIMARY KEY CONSTRAINT credentials_user REFERENCES users (id),
    phc text NOT NULL,
    set_at timestamptz NOT NULL
);

CREATE TABLE invitations (
    id uuid NOT NULL CONSTRAINT invitations_key PRIMARY KEY,
    -- Nobody: the set-up link of an empty installation.
    user_id uuid CONSTRAINT invitations_user REFERENCES users (id),
    code bytea NOT NULL CONSTRAINT invitations_code_shape CHECK (octet_length(code) = 32),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    voided_at timestamptz,
    CONSTRAINT invitations_end_once CHECK (used_at IS NULL OR voided_at IS NULL)
);

CREATE UNIQUE INDEX invitations_code ON invitations (code);
-- One open invitation a person, and one set-up link.
CREATE UNIQUE INDEX invitations_open ON invitations (user_id) NULLS NOT DISTINCT
WHERE used_at IS NULL AND voided_at IS NULL;
