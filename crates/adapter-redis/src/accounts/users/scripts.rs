//! What is done to an entry, each in one step of Redis.
//!
//! An entry is looked at with `pcall`: a key that holds no text, whoever made it so, is as good as none.

use redis::Script;

/// The scripts; Redis knows them by their digests.
pub struct Scripts {
    /// Gives what is known; nothing, and the lease is there, when nothing was.
    pub look: Script,
    /// Puts one value in the place of another; says whether that was still there.
    pub replace: Script,
    /// Forgets, and tells.
    pub kill: Script,
    /// Updates a person who is older, forgets whatever is no person, and tells.
    pub refresh: Script,
}

/// Key: the entry. Arguments: the lease, its lifetime.
const LOOK: &str = r"
local known = redis.pcall('GET', KEYS[1])
if type(known) == 'string' then
    return known
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
";

/// Key: the entry. Arguments: what must be there, what comes instead, its lifetime.
const REPLACE: &str = r"
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
";

/// Key: the entry. Arguments: the channel, the person's id.
const KILL: &str = r"
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
";

/// Key: the entry. Arguments: the channel, the person's id, their version, the person, their lifetime.
const REFRESH: &str = r"
local known = redis.pcall('GET', KEYS[1])
local version = type(known) == 'string' and string.match(known, '^P(%d+):')
if not version then
    redis.call('DEL', KEYS[1])
elseif tonumber(version) < tonumber(ARGV[3]) then
    redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
";

impl Scripts {
    pub fn new() -> Self {
        Self {
            look: Script::new(LOOK),
            replace: Script::new(REPLACE),
            kill: Script::new(KILL),
            refresh: Script::new(REFRESH),
        }
    }
}
