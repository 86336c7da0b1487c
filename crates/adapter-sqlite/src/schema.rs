//! What diesel has to know of the tables in `migrations/sqlite`, and nobody outside this crate.

diesel::table! {
    users (row_id) {
        row_id -> BigInt,
        id -> Binary,
        given_name -> Text,
        family_name -> Text,
        email -> Text,
        phone -> Nullable<Text>,
        address -> Nullable<Text>,
        external_subject -> Nullable<Text>,
        role -> Text,
        status -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
        email_key -> Text,
        family_key -> Text,
        given_key -> Text,
        search_text -> Text,
        avatar_image_id -> Nullable<Binary>,
        images_next_seq -> BigInt,
        image_bytes_used -> BigInt,
        image_bytes_reserved -> BigInt,
    }
}

diesel::table! {
    user_sites (user_id, site_id) {
        user_id -> Binary,
        site_id -> Binary,
    }
}

diesel::table! {
    images (id) {
        id -> Binary,
        user_id -> Binary,
        state -> Text,
        seq -> Nullable<BigInt>,
        source_digest -> Binary,
        bytes -> BigInt,
        taken_at -> Nullable<BigInt>,
        created_at -> BigInt,
        deadline -> BigInt,
    }
}

diesel::table! {
    image_objects (key) {
        key -> Text,
        image_id -> Binary,
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
        user_id -> Binary,
        phc -> Text,
        set_at -> BigInt,
    }
}

diesel::table! {
    invitations (id) {
        id -> Binary,
        user_id -> Nullable<Binary>,
        code -> Binary,
        issued_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        voided_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> BigInt,
        principal -> Text,
        request_id -> Text,
        action -> Text,
        user_id -> Binary,
        object_id -> Nullable<Binary>,
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
        sealed_at -> BigInt,
        rows_digest -> Binary,
        digest -> Binary,
    }
}

diesel::table! {
    outbox (seq) {
        seq -> BigInt,
        kind -> Text,
        user_id -> Binary,
        object_id -> Nullable<Binary>,
        version -> Nullable<BigInt>,
        at -> BigInt,
        request_id -> Text,
        traceparent -> Nullable<Text>,
        due_at -> BigInt,
        attempts -> BigInt,
    }
}

diesel::table! {
    idempotency (principal, key) {
        principal -> Text,
        key -> Text,
        fingerprint -> Text,
        result -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    idempotency_subjects (principal, key, user_id) {
        principal -> Text,
        key -> Text,
        user_id -> Binary,
    }
}

diesel::table! {
    installation_keys (id) {
        id -> Binary,
        purpose -> Text,
        secret -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Binary,
        secret -> Binary,
        created_at -> BigInt,
        signs_from -> BigInt,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Binary,
        user_id -> Binary,
        client -> Nullable<Text>,
        generation -> BigInt,
        started_at -> BigInt,
        rotated_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    access_changes (seq) {
        seq -> BigInt,
        kind -> Text,
        subject -> Binary,
        version -> Nullable<BigInt>,
        at -> BigInt,
    }
}

diesel::table! {
    lockouts (subject) {
        subject -> Binary,
        failures -> BigInt,
        since -> BigInt,
        locks -> BigInt,
        locked_until -> Nullable<BigInt>,
        forgotten_at -> BigInt,
        held -> Text,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Binary,
        name -> Text,
        scopes -> Text,
        secret -> Binary,
        created_by -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    erased_subjects (user_id) {
        user_id -> Binary,
        subject -> Binary,
    }
}

diesel::table! {
    erasures (id) {
        id -> Binary,
        user_id -> Binary,
        principal -> Text,
        requested_at -> BigInt,
        answers -> Text,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(image_objects -> images (image_id));
diesel::allow_tables_to_appear_in_same_query!(images, image_objects);
diesel::allow_tables_to_appear_in_same_query!(users, user_sites);
diesel::allow_tables_to_appear_in_same_query!(users, credentials);
