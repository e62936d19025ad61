//! The log of a web server: short text, small numbers.

use super::Random;

records! {
    /// An IPv4 address.
    #[reduce(module = "bench_models")]
    pub struct Address {
        /// The first byte.
        pub x0: u8,
        /// The second byte.
        pub x1: u8,
        /// The third byte.
        pub x2: u8,
        /// The last byte.
        pub x3: u8,
    }

    /// One line.
    #[reduce(module = "bench_models")]
    pub struct Log {
        /// Who asked.
        pub address: Address,
        /// The identity, usually `-`.
        pub identity: String,
        /// The user, or `-`.
        pub userid: String,
        /// When.
        pub date: String,
        /// The request line.
        pub request: String,
        /// The status.
        pub code: u16,
        /// The size of the answer in bytes.
        pub size: u64,
    }

    /// A log.
    #[reduce(module = "bench_models")]
    pub struct Logs {
        /// Its lines.
        pub logs: Vec<Log>,
    }
}

/// A log of so many lines.
#[must_use]
pub fn logs(lines: usize) -> Logs {
    Logs { logs: Random::new(1).many(lines, log) }
}

fn log(random: &mut Random) -> Log {
    const USERS: &[&str] =
        &["-", "alice", "bob", "carmen", "david", "eric", "frank", "george", "harry"];
    const MONTHS: &[&str] =
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const TIMEZONES: &[&str] = &["-1200", "-0800", "-0500", "+0000", "+0100", "+0530", "+0900"];
    const METHODS: &[&str] = &["GET", "POST", "PUT", "UPDATE", "DELETE"];
    const ROUTES: &[&str] = &[
        "/favicon.ico",
        "/css/index.css",
        "/css/font-awsome.min.css",
        "/img/logo-full.svg",
        "/img/splash.jpg",
        "/api/login",
        "/api/logout",
    ];
    const PROTOCOLS: &[&str] = &["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"];
    const CODES: &[u16] = &[200, 200, 200, 301, 302, 304, 400, 401, 403, 404, 500, 503];
    let address =
        Address { x0: random.any(), x1: random.any(), x2: random.any(), x3: random.any() };
    let date = format!(
        "{}/{}/{}:{}:{}:{} {}",
        random.between(1, 29),
        random.pick(MONTHS),
        random.between(1970, 2022),
        random.below(24),
        random.below(60),
        random.below(60),
        random.pick(TIMEZONES),
    );
    let request =
        format!("{} {} {}", random.pick(METHODS), random.pick(ROUTES), random.pick(PROTOCOLS));
    Log {
        address,
        identity: "-".to_owned(),
        userid: random.pick(USERS).to_owned(),
        date,
        request,
        code: CODES.get(random.below(CODES.len())).copied().unwrap_or(200),
        size: random.bits() % 100_000_000,
    }
}
