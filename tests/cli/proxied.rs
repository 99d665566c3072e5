//! The way to the API server: by a proxy, which is named where it is not there, or from a pod.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

use super::rolecall;

/// A port on which nobody listens.
fn dead_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().port()
}

/// What `rolecall pods` says with a kubeconfig for a server that is reached by a proxy alone.
fn said_by_proxy(proxy_url: Option<&str>, variables: &[(&str, &str)]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let kubeconfig = directory.path().join("config");
    let own = proxy_url.map(|url| format!(", proxy-url: '{url}'")).unwrap_or_default();
    let config = format!(
        "current-context: c\ncontexts: [{{name: c, context: {{cluster: prod, user: u}}}}]\n\
         clusters: [{{name: prod, cluster: {{server: 'https://eks.test'{own}}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\n"
    );
    std::fs::write(&kubeconfig, config).unwrap();
    let mut command = rolecall();
    for name in
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"]
    {
        command.env_remove(name);
    }
    command.args(["pods", "-A", "--cluster-name", "prod", "--region", "eu-west-1", "--kubeconfig"]).arg(kubeconfig);
    command.env("HOME", directory.path()).envs(variables.iter().copied());
    let output = command.assert().code(3).get_output().clone();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_proxy_that_is_not_there_is_named_with_what_names_it() {
    let url = format!("http://127.0.0.1:{}", dead_port());
    let with_password = url.replace("//", "//me:secret@");
    let said = said_by_proxy(None, &[("HTTPS_PROXY", &with_password)]);
    let sentence =
        format!("the proxy {url} (HTTPS_PROXY) refuses the connection; the way to https://eks.test leads through it");
    assert!(said.contains(&sentence) && said.contains("unset HTTPS_PROXY"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let said = said_by_proxy(Some(&url), &[("NO_PROXY", "*")]);
    let sentence = format!("the proxy {url} (proxy-url of the kubeconfig's cluster prod) refuses the connection");
    assert!(said.contains(&sentence), "{said}");
    let said = said_by_proxy(None, &[("HTTPS_PROXY", "ftp://me:secret@proxy")]);
    assert!(said.contains("the proxy ftp://proxy (HTTPS_PROXY) cannot be gone through"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn in_a_pod_without_a_token_and_without_a_kubeconfig_both_are_named() {
    let home = tempfile::tempdir().unwrap();
    let said = |arguments: &[&str], port: &str| {
        let mut command = rolecall();
        command.env("HOME", home.path()).env_remove("KUBECONFIG").args(arguments);
        command.env("KUBERNETES_SERVICE_HOST", "127.0.0.1").env("KUBERNETES_SERVICE_PORT", port);
        String::from_utf8(command.assert().code(3).get_output().stderr.clone()).unwrap()
    };
    // whatever this machine is, with such a port it is no pod
    let inside = said(&["pods"], "none");
    assert!(inside.contains("in this pod there is neither a kubeconfig nor a ServiceAccount's token"), "{inside}");
    assert!(inside.contains("automountServiceAccountToken"), "{inside}");
    let named = said(&["pods", "--context", "prod"], "none");
    assert!(named.contains("there is no kubeconfig") && named.contains("no context prod"), "{named}");
}

#[test]
fn a_server_that_no_proxy_names_is_reached_without_one() {
    let url = format!("http://127.0.0.1:{}", dead_port());
    let said = said_by_proxy(None, &[("HTTPS_PROXY", &url), ("NO_PROXY", "example.com, .test")]);
    assert!(!said.contains(&url) && said.contains("cannot be resolved"), "the server itself was looked for: {said}");
}
