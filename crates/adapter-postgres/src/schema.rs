//! What diesel has to know of the tables in `migrations/postgres`, and nobody outside this crate. Only
//! columns that are named through diesel stand here.

diesel::table! {
    users (id) {
        id -> Uuid,
        status -> Text,
        role -> Text,
        updated_at -> Timestamptz,
        version -> BigInt,
        email_key -> Text,
        external_subject -> Nullable<Text>,
        avatar_image_id -> Nullable<Uuid>,
        images_next_seq -> BigInt,
        image_bytes_used -> BigInt,
        image_bytes_reserved -> BigInt,
    }
}

diesel::table! {
    user_sites (user_id, site_id) {
        user_id -> Uuid,
        site_id -> Uuid,
    }
}

diesel::table! {
    images (id) {
        id -> Uuid,
        user_id -> Uuid,
        state -> Text,
        seq -> Nullable<BigInt>,
        source_digest -> Binary,
        bytes -> BigInt,
        taken_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        deadline -> Timestamptz,
    }
}

diesel::table! {
    image_objects (key) {
        key -> Text,
        image_id -> Uuid,
        variant -> Text,
        media_type -> Text,
        width -> BigInt,
        height -> BigInt,
        bytes -> BigInt,
        digest -> Binary,
    }
}

diesel::table! {
    credentials (user_id) {
        user_id -> Uuid,
        phc -> Text,
        set_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        code -> Binary,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        voided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> Timestamptz,
        principal -> Text,
        request_id -> Text,
        action -> Text,
        user_id -> Uuid,
        object_id -> Nullable<Uuid>,
        changes -> Text,
    }
}

diesel::table! {
    audit_seals (number) {
        number -> BigInt,
        encoding -> BigInt,
        first_seq -> BigInt,
        last_seq -> BigInt,
        row_count -> BigInt,
        sealed_at -> Timestamptz,
        rows_digest -> Binary,
        digest -> Binary,
    }
}

diesel::table! {
    outbox (seq) {
        seq -> BigInt,
        at -> Timestamptz,
        due_at -> Timestamptz,
    }
}

diesel::table! {
    idempotency (principal, key) {
        principal -> Text,
        key -> Text,
        fingerprint -> Text,
        result -> Nullable<Text>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    installation_keys (id) {
        id -> Uuid,
        purpose -> Text,
        secret -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Uuid,
        secret -> Binary,
        created_at -> Timestamptz,
        signs_from -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        client -> Nullable<Text>,
        generation -> BigInt,
        started_at -> Timestamptz,
        rotated_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    lockouts (subject) {
        subject -> Binary,
        failures -> BigInt,
        since -> Timestamptz,
        locks -> BigInt,
        locked_until -> Nullable<Timestamptz>,
        forgotten_at -> Timestamptz,
        held -> Text,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        name -> Text,
        scopes -> Text,
        secret -> Binary,
        created_by -> Text,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    erased_subjects (user_id) {
        user_id -> Uuid,
        subject -> Binary,
    }
}

diesel::table! {
    erasures (id) {
        id -> Uuid,
        user_id -> Uuid,
        principal -> Text,
        requested_at -> Timestamptz,
        answers -> Text,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(image_objects -> images (image_id));
diesel::allow_tables_to_appear_in_same_query!(images, image_objects);
diesel::allow_tables_to_appear_in_same_query!(users, credentials);
