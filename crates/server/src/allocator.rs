//! Who hands out memory: mimalloc, which answers sooner and gives back more than glibc's malloc does (ADR 0013).

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
