//! Where a request comes from, as far as requests from there are counted together.

use core::net::{IpAddr, Ipv6Addr};

/// One IPv4 address, or one IPv6 network of 64 bits: whoever has one address of it has them all (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl Source {
    /// Where requests of nobody knows whom come from: they are counted together.
    pub const UNKNOWN: Self = Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED));

    /// The source that this address belongs to. An IPv4 address in IPv6 (RFC 4291, 2.5.5.2) is the IPv4 address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                Self(Ipv6Addr::from_bits(network).into())
            }
        }
    }

    /// What it is told apart by: 4 or 16 bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn of(address: &str) -> Source {
        Source::of(address.parse().expect("is an address"))
    }

    #[test]
    fn every_ipv4_address_is_a_source() {
        assert_eq!(of("192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1").bytes(), [192, 0, 2, 1]);
    }

    #[test]
    fn an_ipv6_network_of_64_bits_is_one() {
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("2001:db8::1").bytes().len(), 16);
    }

    #[test]
    fn ipv4_in_ipv6_is_ipv4() {
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("::ffff:192.0.2.1"), of("::ffff:192.0.2.2"));
    }

    #[test]
    fn nobody_knows_whom_is_none_of_them() {
        assert_ne!(Source::UNKNOWN, of("0.0.0.0"));
    }
}
