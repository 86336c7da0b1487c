//! A port that stays ours while nobody listens on it, so that a server can die and come back where it was.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpListener, TcpSocket};

/// A port of 127.0.0.1, bound and not listened on. Connections to it are refused, nobody else is given it, and
/// whoever asks for `SO_REUSEADDR`, as servers do, can listen on it.
pub struct Reserved {
    _bound: TcpSocket,
    address: SocketAddr,
}

impl Reserved {
    /// Any free port.
    pub fn any() -> io::Result<Self> {
        let bound = socket(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = bound.local_addr()?;
        Ok(Self {
            _bound: bound,
            address,
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Listens on it, until the listener is dropped.
    pub fn listener(&self) -> io::Result<TcpListener> {
        socket(self.address)?.listen(1024)
    }
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
