//! The proxy on the way to a server: which one it is, what named it, and what it means when it fails.
//!
//! The variables are those of Go's `net/http` and of curl: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or
//! not; the AWS SDKs take `ALL_PROXY` too. `NO_PROXY` as in golang.org/x/net/http/httpproxy.

use crate::domain::model::visible;
use http::Uri;
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;

/// Looks up a variable.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A proxy, and what named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// Its URL. A password may stand in it.
    url: String,
    /// `HTTPS_PROXY`, or a place in the kubeconfig.
    named_by: String,
}

/// Shown without the password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("http", &self.url));
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place).trim_end_matches('/');
        write!(f, "proxy {}://{} ({})", visible(scheme), visible(place), visible(&self.named_by))
    }
}

impl Proxy {
    /// A proxy by its URL, which may lack its scheme.
    pub(super) fn new(url: &str, named_by: impl Into<String>) -> Self {
        let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        Self { url, named_by: named_by.into() }
    }

    /// The one that `kubectl` would take for the server: never for the machine itself.
    pub(super) fn to_kubernetes(server: &Uri, variables: Variables<'_>) -> Option<Self> {
        if is_here(server.host().unwrap_or_default()) {
            return None;
        }
        Self::of_environment(server, &[], variables)
    }

    /// The one that the AWS SDK takes for the endpoint.
    pub(super) fn to_aws(endpoint: &Uri, variables: Variables<'_>) -> Option<Self> {
        Self::of_environment(endpoint, &["ALL_PROXY", "all_proxy"], variables)
    }

    fn of_environment(server: &Uri, else_by: &[&str], variables: Variables<'_>) -> Option<Self> {
        let own: &[&str] = match server.scheme_str() {
            Some("https") => &["HTTPS_PROXY", "https_proxy"],
            Some("http") => &["HTTP_PROXY", "http_proxy"],
            _ => return None,
        };
        let set = |name: &&&str| variables(name).filter(|value| !value.is_empty());
        let (name, url) = own.iter().chain(else_by).find_map(|name| Some((*name, set(&name)?)))?;
        let excepted = ["NO_PROXY", "no_proxy"].iter().find_map(|name| set(&name)).unwrap_or_default();
        let is_excepted = excepted.split(',').any(|entry| covers(entry.trim(), server));
        (!is_excepted).then(|| Self::new(&url, name))
    }

    /// Its URL, password and all.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What to do when it fails.
    pub(super) fn remedy(&self) -> String {
        if self.named_by.chars().all(|c| c.is_ascii_alphabetic() || c == '_') {
            format!("unset {} or name the server in NO_PROXY, if it can be reached without", self.named_by)
        } else {
            "is it running, and is the URL still right?".to_owned()
        }
    }
}

/// What a proxy did, by the words of the libraries below (hyper-util: `TunnelError`, `SocksError`); `None`: it was not
/// the proxy.
pub(super) fn failure_of_proxy(chain: &str) -> Option<&'static str> {
    let told = |words: &[&str]| words.iter().any(|word| chain.contains(word));
    if !told(&["tunnel error", "SOCKS error"]) {
        return None;
    }
    Some(if told(&["authorization required"]) {
        "asks for a user and a password"
    } else if told(&["unsuccessful"]) {
        "does not let us through to the server"
    } else {
        failure_to_reach(chain)
    })
}

/// What stands in the way to the proxy itself.
pub(super) fn failure_to_reach(chain: &str) -> &'static str {
    let told = |words: &[&str]| words.iter().any(|word| chain.contains(word));
    if told(&["dns error", "failed to lookup", "Name or service not known", "DNS"]) {
        "has a name that cannot be resolved"
    } else if told(&["Connection refused"]) {
        "refuses the connection"
    } else if told(&["certificate"]) {
        "has a certificate that is not trusted"
    } else if told(&["deadline has elapsed", "timed out", "imeout"]) {
        "does not answer in time"
    } else {
        "broke off the connection"
    }
}

/// Whether a host is this machine.
pub(super) fn is_here(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether an entry of `NO_PROXY` names the server: `*`, an address or a range of them, a domain with all below it,
/// `.domain` for those below it alone; each with a port or without.
fn covers(entry: &str, server: &Uri) -> bool {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let port = server.port_u16().unwrap_or(if server.scheme_str() == Some("http") { 80 } else { 443 });
    if entry.is_empty() || host.is_empty() {
        return false;
    }
    if entry == "*" {
        return true;
    }
    if let Ok(range) = entry.parse::<IpNet>() {
        return host.parse::<IpAddr>().is_ok_and(|address| range.contains(&address));
    }
    let (name, of_port) = match entry.rsplit_once(':').map(|(name, port)| (name, port.parse::<u16>())) {
        Some((name, Ok(port))) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
        _ => (entry, None),
    };
    if of_port.is_some_and(|of_port| of_port != port) {
        return false;
    }
    let name = name.trim_matches(['[', ']']).trim_start_matches('*').trim_end_matches('.').to_ascii_lowercase();
    if let (Ok(one), Ok(other)) = (name.parse::<IpAddr>(), host.parse::<IpAddr>()) {
        return one == other;
    }
    match name.strip_prefix('.') {
        Some(domain) => host.strip_suffix(domain).is_some_and(|below| below.ends_with('.')),
        None => host.strip_suffix(&*name).is_some_and(|below| below.is_empty() || below.ends_with('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    fn shown(server: &str, variables: &[(&str, &str)]) -> [Option<String>; 2] {
        let variables =
            |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let server = uri(server);
        [Proxy::to_kubernetes(&server, &variables), Proxy::to_aws(&server, &variables)]
            .map(|proxy| proxy.map(|proxy| proxy.to_string()))
    }

    #[test]
    fn the_variable_of_the_scheme_names_the_proxy_and_capitals_go_first() {
        let (https, http) = (("HTTPS_PROXY", "http://one:3128/"), ("http_proxy", "two:8080"));
        let one = Some("proxy http://one:3128 (HTTPS_PROXY)".to_owned());
        assert_eq!(shown("https://eks.example", &[https, http, ("https_proxy", "http://three")]), [one.clone(), one]);
        let two = Some("proxy http://two:8080 (http_proxy)".to_owned());
        assert_eq!(shown("http://moto.example", &[https, http]), [two.clone(), two]);
        let all = Some("proxy socks5://four (ALL_PROXY)".to_owned());
        assert_eq!(shown("https://eks.example", &[("HTTPS_PROXY", ""), ("ALL_PROXY", "socks5://four")]), [None, all]);
    }

    #[test]
    fn a_password_is_not_shown() {
        let proxy = Proxy::new("http://me:p%40ss@proxy.corp:3128", "HTTPS_PROXY");
        assert_eq!(proxy.to_string(), "proxy http://proxy.corp:3128 (HTTPS_PROXY)");
        assert_eq!(proxy.url(), "http://me:p%40ss@proxy.corp:3128");
    }

    #[test]
    fn this_machine_is_reached_without_one_by_kubernetes_clients_alone() {
        let variables = [("HTTPS_PROXY", "http://one")];
        for server in ["https://127.0.0.1:6443", "https://[::1]:6443", "https://localhost"] {
            let [kubernetes, aws] = shown(server, &variables);
            assert_eq!((kubernetes, aws.is_some()), (None, true), "{server}");
        }
    }

    #[test]
    fn no_proxy_excepts_hosts_domains_addresses_and_ports() {
        let server = "https://ABC.gr7.eu-west-1.eks.amazonaws.com:6443";
        for entry in [
            "*",
            "amazonaws.com",
            ".eks.amazonaws.com",
            "*.amazonaws.com",
            "x, abc.gr7.eu-west-1.eks.amazonaws.com:6443",
        ] {
            assert!(entry.split(',').any(|entry| covers(entry.trim(), &uri(server))), "{entry}");
        }
        for entry in ["", "zonaws.com", "amazonaws.com:443", "10.0.0.0/8", ".abc.gr7.eu-west-1.eks.amazonaws.com"] {
            assert!(!covers(entry, &uri(server)), "{entry}");
        }
        let address = uri("https://10.1.2.3");
        assert!(covers("10.0.0.0/8", &address) && covers("10.1.2.3", &address) && covers("10.1.2.3:443", &address));
        assert!(!covers("10.1.2.30", &address) && !covers("2.3", &uri("https://10.1.12.3")));
        assert!(covers("[fd00::1]:443", &uri("https://[fd00::1]")) && covers("fd00::/8", &uri("https://[fd00::1]")));
    }

    #[test]
    fn what_a_proxy_did_is_told_from_what_the_server_did() {
        let refused = "client error (Connect): tunnel error: failed to create underlying connection: tcp connect error: \
                       Connection refused (os error 111)";
        assert_eq!(failure_of_proxy(refused), Some("refuses the connection"));
        assert_eq!(failure_of_proxy("tunnel error: unsuccessful"), Some("does not let us through to the server"));
        let asks = failure_of_proxy("tunnel error: proxy authorization required");
        assert_eq!(asks, Some("asks for a user and a password"));
        assert_eq!(failure_of_proxy("client error (Connect): tcp connect error: Connection refused"), None);
        assert_eq!(failure_of_proxy("client error (Connect): invalid peer certificate: UnknownIssuer"), None);
    }
}
