//! Networks, as lists of them stand in settings.

use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;

/// Some networks; none at first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads addresses (`10.0.0.7`, `fd00::1`) and networks (`10.0.0.0/8`), separated by commas.
    ///
    /// # Errors
    /// What would have been right. Bits behind a prefix are a mistake, so they are refused.
    pub fn parse(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim);
        let read = items.filter(|item| !item.is_empty()).map(network);
        read.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is all there is of IPv4 or of IPv6.
    #[must_use]
    pub fn have_everybody(&self) -> bool {
        self.0.iter().any(|network| network.prefix_len() == 0)
    }

    /// Whether one of them has this address. An IPv4 address in IPv6 is the IPv4 address.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let alone = || {
        text.parse()
            .ok()
            .map(|address: IpAddr| IpNet::from(address))
    };
    let read: Option<IpNet> = text.parse().ok().or_else(alone);
    read.filter(|network| network.trunc() == *network)
        .ok_or_else(|| format!("`{text}` is no address and no network such as `10.0.0.0/8`"))
}

impl fmt::Display for Networks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&shown.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Networks;

    fn contain(networks: &str, address: &str) -> bool {
        let address = address.parse().expect("is an address");
        Networks::parse(networks)
            .expect("are networks")
            .contain(address)
    }

    #[test]
    fn a_network_has_the_addresses_that_begin_as_it_does() {
        for (networks, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "a00::", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
            ("10.0.0.0/8, fd00::/8", "fd12::1", true),
            ("", "127.0.0.1", false),
        ] {
            assert_eq!(contain(networks, address), inside, "{networks} {address}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in [
            "10.0.0.0/33",
            "10.0.0.1/8",
            "::1/129",
            "localhost",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
        ] {
            let told = Networks::parse(wrong).expect_err("is no network");
            assert!(told.contains(wrong), "{told}");
        }
    }
}
