//! Where a request really comes from, when proxies that we trust stand before us.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderName;
use domain::limits::Source;
use platform::config::Networks;
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The source of a request: its peer's, or where the outermost trusted proxy says that it came from.
pub(super) fn of(request: &ServiceRequest, proxies: &Networks) -> Source {
    let Some(peer) = request.peer_addr() else {
        return Source::UNKNOWN;
    };
    if !proxies.contain(peer.ip()) {
        return Source::of(peer.ip());
    }
    let fields = request.headers().get_all(FORWARDED_FOR);
    let fields: Vec<&[u8]> = fields.map(|field| field.as_bytes()).collect();
    Source::of(outermost(peer.ip(), &fields, proxies))
}

/// Each proxy adds to the right whom it heard. So we walk to the left as long as who tells us is trusted; what cannot
/// be read was not written by a proxy of ours, and ends the walk at the last one.
fn outermost(peer: IpAddr, fields: &[&[u8]], proxies: &Networks) -> IpAddr {
    let mut heard = peer;
    let told = fields
        .iter()
        .rev()
        .flat_map(|field| field.rsplit(|byte| *byte == b','));
    for told in told {
        if !proxies.contain(heard) {
            break;
        }
        match address(told.trim_ascii()) {
            Some(address) => heard = address,
            None => break,
        }
    }
    heard
}

/// An address, with or without a port.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?;
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    bare.unwrap_or(text).parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::outermost;
    use platform::config::Networks;
    use std::net::IpAddr;

    fn heard(fields: &[&str]) -> String {
        let proxies = Networks::parse("10.0.0.0/8, fd00::/8").expect("are networks");
        let peer: IpAddr = "10.0.0.1".parse().expect("is an address");
        let fields: Vec<&[u8]> = fields.iter().map(|field| field.as_bytes()).collect();
        outermost(peer, &fields, &proxies).to_string()
    }

    #[test]
    fn what_a_client_wrote_before_it_does_not_hide_what_a_proxy_added() {
        let proxies = Networks::parse("10.0.0.0/8").expect("are networks");
        let peer: IpAddr = "10.0.0.1".parse().expect("is an address");
        for before in [&b"\xff"[..], b"\xc3\xbc", b"\t"] {
            let field = [before, b", 192.0.2.7"].concat();
            let heard = outermost(peer, &[&field], &proxies);
            assert_eq!(heard.to_string(), "192.0.2.7", "{before:?}");
        }
    }

    #[test]
    fn the_walk_goes_left_as_long_as_it_is_trusted() {
        assert_eq!(heard(&[]), "10.0.0.1");
        assert_eq!(heard(&["192.0.2.7"]), "192.0.2.7");
        assert_eq!(heard(&["192.0.2.7, 10.0.0.2"]), "192.0.2.7");
        assert_eq!(heard(&["192.0.2.7", "10.0.0.2,10.0.0.3"]), "192.0.2.7");
        assert_eq!(heard(&["2001:db8::9, [fd00::1]:443"]), "2001:db8::9");
    }

    #[test]
    fn what_a_client_wrote_itself_is_not_believed() {
        assert_eq!(heard(&["127.0.0.1, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(heard(&["10.9.9.9", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(heard(&["10.9.9.9, 192.0.2.7, 10.0.0.2"]), "192.0.2.7");
    }

    #[test]
    fn what_cannot_be_read_ends_the_walk_at_who_wrote_it() {
        for nonsense in ["unknown", "", "192.0.2.7:notaport", "1.2.3", ","] {
            assert_eq!(heard(&[nonsense]), "10.0.0.1", "{nonsense}");
        }
        assert_eq!(heard(&["192.0.2.7, unknown, 10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn ports_are_not_part_of_an_address() {
        assert_eq!(heard(&["192.0.2.7:1234"]), "192.0.2.7");
        assert_eq!(heard(&["[2001:db8::9]:1234"]), "2001:db8::9");
    }
}
