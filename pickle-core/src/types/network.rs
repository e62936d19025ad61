//! Networks of addresses: Python's `ipaddress`. The addresses themselves are those of `std::net`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static NETWORKS: [Class; 2] =
    [Class::new("ipaddress", "IPv4Network"), Class::new("ipaddress", "IPv6Network")];

static INTERFACES: [Class; 2] =
    [Class::new("ipaddress", "IPv4Interface"), Class::new("ipaddress", "IPv6Interface")];

/// How many bits an address has.
fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Whether all bits of an address behind the first ones are zero.
fn is_first(address: IpAddr, prefix: u8) -> bool {
    let number = match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    };
    let rest = u32::from(bits(address).saturating_sub(prefix));
    rest == 0 || number.trailing_zeros() >= rest
}

macro_rules! prefixed {
    ($($(#[$docs:meta])* $name:ident, $example:literal, $classes:ident: $valid:expr;)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            address: IpAddr,
            prefix: u8,
        }

        impl $name {
            /// Of this address and as many of its bits; `None` if Python has no such.
            #[must_use]
            pub fn new(address: IpAddr, prefix: u8) -> Option<$name> {
                let valid: fn(IpAddr, u8) -> bool = $valid;
                let fits = prefix <= bits(address) && valid(address, prefix);
                fits.then_some($name { address, prefix })
            }

            /// The address.
            #[must_use]
            pub fn address(self) -> IpAddr {
                self.address
            }

            /// How many bits all addresses of the network begin with.
            #[must_use]
            pub fn prefix(self) -> u8 {
                self.prefix
            }
        }

        /// As `str()` of it in Python.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", self.address, self.prefix)
            }
        }

        /// From an address and the length of the prefix behind a slash.
        ///
        /// # Errors
        /// When the text is no such thing.
        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<$name> {
                let (address, prefix) = text.split_once('/').unwrap_or_default();
                let made = address.parse().ok().zip(prefix.parse().ok());
                let made = made.and_then(|(address, prefix)| $name::new(address, prefix));
                made.ok_or_else(|| Error::mismatch(format!("{text:?}"), $example))
            }
        }

        impl Reduce for $name {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                let [v4, v6] = &$classes;
                let class = if self.address.is_ipv4() { v4 } else { v6 };
                saver.save_call(class, &(self.to_string(),))
            }
        }

        impl<'de> Reconstruct<'de> for $name {
            const STARTS: Starts = Starts::OBJECT;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                let (version, mut object) = loader.begin_variant(&$classes)?;
                loader.begin_args(&mut object, 1)?;
                loader.next_arg(&mut object)?;
                let made: Result<$name> = loader.load_str()?.parse();
                let made = made.map_err(|error| loader.locate(error))?;
                if made.address.is_ipv6() != (version == 1) {
                    return Err(loader.mismatch("an address of the version of its class"));
                }
                loader.end_args(&mut object)?;
                loader.end_object(object)?;
                Ok(made)
            }
        }
    )*};
}

prefixed! {
    /// All addresses that begin alike: `ipaddress.IPv4Network` or `IPv6Network`.
    ///
    /// ```
    /// use pickle_core::types::IpNetwork;
    ///
    /// let private: IpNetwork = "10.0.0.0/8".parse()?;
    /// assert_eq!(private.prefix(), 8);
    /// assert_eq!(pickle_core::from_slice::<IpNetwork>(&pickle_core::to_vec(&private)?)?, private);
    /// assert!("10.0.0.1/8".parse::<IpNetwork>().is_err());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    IpNetwork, "a network such as \"10.0.0.0/8\", without bits behind its prefix", NETWORKS:
        is_first;
    /// An address and the network that it is in: `ipaddress.IPv4Interface` or `IPv6Interface`.
    ///
    /// ```
    /// use pickle_core::types::IpInterface;
    ///
    /// let host: IpInterface = "10.0.0.1/8".parse()?;
    /// assert_eq!(host.address().to_string(), "10.0.0.1");
    /// assert_eq!(pickle_core::from_slice::<IpInterface>(&pickle_core::to_vec(&host)?)?, host);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    IpInterface, "an interface such as \"10.0.0.1/8\"", INTERFACES: |_, _| true;
}
