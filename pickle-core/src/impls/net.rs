//! Network addresses: Python's `ipaddress`, and its `(host, port)` of sockets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::class::Class;
use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static CLASSES: [Class; 2] =
    [Class::new("ipaddress", "IPv4Address"), Class::new("ipaddress", "IPv6Address")];

/// By its number, as `ipaddress` reduces an address.
impl Reduce for IpAddr {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [v4, v6] = &CLASSES;
        match self {
            IpAddr::V4(address) => saver.save_call(v4, &(address.to_bits(),)),
            IpAddr::V6(address) => saver.save_call(v6, &(address.to_bits(),)),
        }
    }
}

/// From the number, or the text that some versions write.
impl<'de> Reconstruct<'de> for IpAddr {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (version, mut object) = loader.begin_variant(&CLASSES)?;
        if loader.begin_args(&mut object, 1)? != 1 {
            return Err(loader.mismatch("one constructor argument"));
        }
        loader.next_arg(&mut object)?;
        let address = match (loader.peek()?, version) {
            (Kind::Str, _) => parse(loader)?,
            (_, 0) => IpAddr::V4(Ipv4Addr::from_bits(loader.load()?)),
            _ => IpAddr::V6(Ipv6Addr::from_bits(loader.load()?)),
        };
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(address)
    }
}

fn parse<'de, T: std::str::FromStr, L: Loader<'de>>(loader: &mut L) -> Result<T> {
    let text = loader.load_str()?;
    text.parse().map_err(|_| loader.mismatch("str with an IP address"))
}

macro_rules! versions {
    ($($address:ident $variant:ident $name:literal;)*) => {$(
        impl Reduce for $address {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.save(&IpAddr::$variant(*self))
            }
        }

        impl<'de> Reconstruct<'de> for $address {
            const STARTS: Starts = Starts::OBJECT;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                match loader.load()? {
                    IpAddr::$variant(address) => Ok(address),
                    _ => Err(loader.mismatch($name)),
                }
            }
        }
    )*};
}

versions! {
    Ipv4Addr V4 "ipaddress.IPv4Address";
    Ipv6Addr V6 "ipaddress.IPv6Address";
}

/// The tuple that Python's sockets take: host and port, and for IPv6 flow information and scope.
impl Reduce for SocketAddr {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match self {
            SocketAddr::V4(address) => saver.save(address),
            SocketAddr::V6(address) => saver.save(address),
        }
    }
}

impl<'de> Reconstruct<'de> for SocketAddr {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.either(
            |loader| loader.load().map(SocketAddr::V4),
            |loader| loader.load().map(SocketAddr::V6),
        )
    }
}

impl Reduce for SocketAddrV4 {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&(self.ip().to_string(), self.port()))
    }
}

impl<'de> Reconstruct<'de> for SocketAddrV4 {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (Parsed(host), port) = loader.load()?;
        Ok(SocketAddrV4::new(host, port))
    }
}

impl Reduce for SocketAddrV6 {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&(self.ip().to_string(), self.port(), self.flowinfo(), self.scope_id()))
    }
}

impl<'de> Reconstruct<'de> for SocketAddrV6 {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (Parsed(host), port, flow, scope) = loader.load()?;
        Ok(SocketAddrV6::new(host, port, flow, scope))
    }
}

/// An address in a string.
struct Parsed<T>(T);

impl<'de, T: std::str::FromStr> Reconstruct<'de> for Parsed<T> {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        parse(loader).map(Parsed)
    }
}
