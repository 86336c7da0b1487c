//! What is asked of a bucket, in one step of Redis.
//!
//! A bucket is kept as `<micros>:<part>`, the two halves of a `domain::limits::Arrival`. Whatever else stands under its key,
//! whoever made it so, is as good as nothing, and an arrival that is further away than a burst is written down as a
//! burst: so nothing that is kept there refuses anybody for longer than a burst takes.

use domain::limits::Asked;

/// Key: the bucket. Arguments: what is asked, the requests of the rate, the most that is owed, the price; all but the
/// first are whole numbers, and the last two are parts (see `domain::limits`). Gives what was owed before.
pub const ASK: &str = r"
local asked, requests = ARGV[1], tonumber(ARGV[2])
local most, price = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local kept = 0
local known = redis.pcall('GET', KEYS[1])
if type(known) == 'string' then
    local micros, part = string.match(known, '^(%d+):(%d+)$')
    if micros then
        kept = math.max(0, (tonumber(micros) - now) * requests + tonumber(part))
    end
end

local owed = math.min(kept, most)
local after = owed
if asked == 'charge' or (asked == 'admit' and owed + price <= most) then
    after = math.min(owed + price, most)
elseif asked == 'refund' then
    after = math.max(owed - price, 0)
end

if after ~= kept then
    local part = math.fmod(after, requests)
    local micros = (after - part) / requests
    local lasting = math.ceil(micros / 1000) + 1000
    redis.call('SET', KEYS[1], string.format('%.0f:%.0f', now + micros, part), 'PX', lasting)
end
return owed
";

/// How the script calls it.
pub const fn name(asked: Asked) -> &'static str {
    match asked {
        Asked::Admit => "admit",
        Asked::Look => "look",
        Asked::Charge => "charge",
        Asked::Refund => "refund",
    }
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
