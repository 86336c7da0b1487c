//! Who hands out memory: mimalloc, which answers sooner than glibc's malloc does (ADR 0013).

use std::os::unix::process::CommandExt as _;
use std::process::Command;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long mimalloc keeps what was freed, in milliseconds. It reads this before `main`, and from nowhere else.
const PURGE_DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Starts this program once more with an allocator that gives memory back at once, unless somebody has chosen for it already:
/// pictures and password hashes take tens of megabytes, and an idle service is to hold none of them. To be called before there is
/// anything to lose.
pub fn give_back_at_once() {
    if std::env::var_os(PURGE_DELAY).is_some() {
        return;
    }
    let mut words = std::env::args_os();
    let (Ok(program), Some(name)) = (std::env::current_exe(), words.next()) else {
        return;
    };
    // Only a failure returns, and then the service runs as well, with more memory.
    let _failure = Command::new(program)
        .arg0(name)
        .args(words)
        .env(PURGE_DELAY, "0")
        .exec();
}
