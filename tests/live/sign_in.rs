//! The ways to the API server and to AWS: exec plugins, proxies, impersonation, profiles. What fails says so in a sentence.

use crate::support::lab::{kubeconfig, kubectl};
use crate::support::program::{Outcome, Program};
use libtest_mimic::Trial;
use std::io::{Read, Write, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        sign_in: an_exec_plugin_signs_in,
        an_exec_plugin_that_fails_is_explained,
        a_proxy_is_gone_through,
        a_proxy_that_is_not_there_is_named,
        impersonation_is_obeyed,
        sessions_that_are_missing_name_their_remedy,
    )
}

/// The program with a kubeconfig whose user signs in by this script, named `aws`.
fn by_plugin(directory: &Path, script: Option<&str>) -> Outcome {
    let plugin = directory.join("aws");
    if let Some(script) = script {
        std::fs::write(&plugin, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o700)).expect("executable");
    }
    let of_cluster = |field: &str| {
        kubectl(&["config", "view", "--raw", "--minify", "-o", &format!("jsonpath={{.clusters[0].cluster.{field}}}")])
    };
    let config = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: '{}', certificate-authority-data: {}}}}}]\n\
         users: [{{name: u, user: {{exec: {{apiVersion: client.authentication.k8s.io/v1beta1, command: '{}', \
         interactiveMode: Never, args: [eks, get-token, --cluster-name, lab]}}}}}}]\n",
        of_cluster("server"),
        of_cluster("certificate-authority-data"),
        plugin.display()
    );
    let kubeconfig = directory.join("kubeconfig");
    std::fs::write(&kubeconfig, config).expect("written");
    Program::new().env("KUBECONFIG", kubeconfig).run(&["namespaces", "-o", "name"])
}

fn an_exec_plugin_signs_in() {
    let directory = tempfile::tempdir().expect("a directory");
    let credential = r#"{"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": {"token": "lab-admin-token"}}"#;
    let seen = by_plugin(directory.path(), Some(&format!("cat <<'E'\n{credential}\nE"))).succeeded();
    assert!(seen.out.contains("namespace/kube-system"), "{}", seen.out);
}

fn an_exec_plugin_that_fails_is_explained() {
    let directory = tempfile::tempdir().expect("a directory");
    let missing = by_plugin(directory.path(), None).ended_with(3).err;
    assert!(
        missing.contains("is not installed or not on PATH") && missing.contains("install the AWS CLI"),
        "{missing}"
    );
    let garbage = by_plugin(directory.path(), Some("echo half-a-token")).ended_with(3).err;
    assert!(garbage.contains("printed no credentials that can be read"), "{garbage}");
    assert!(!garbage.contains("half-a-token"), "what it printed may be secret: {garbage}");
    let fails =
        by_plugin(directory.path(), Some("echo 'Unable to locate credentials' >&2; exit 255")).ended_with(3).err;
    assert!(fails.contains("failed: Unable to locate credentials") && fails.contains("aws configure"), "{fails}");
}

/// A kubeconfig of the admin for the API server under a name that only the proxy can make anything of: the machine
/// itself is reached without one.
fn kubeconfig_by_name(directory: &Path) -> PathBuf {
    let config = std::fs::read_to_string(kubeconfig("admin")).expect("a kubeconfig");
    let named = config
        .replace("https://127.0.0.1:", "https://api.test:")
        .replace("server:", "tls-server-name: 127.0.0.1\n    server:");
    let path = directory.join("by-name");
    std::fs::write(&path, named).expect("written");
    path
}

fn without_exceptions() -> Program {
    Program::new().without("NO_PROXY").without("no_proxy")
}

fn a_proxy_is_gone_through() {
    let (address, tunnels) = connect_proxy();
    let directory = tempfile::tempdir().expect("a directory");
    let seen = without_exceptions().env("HTTPS_PROXY", format!("http://{address}"));
    seen.env("KUBECONFIG", kubeconfig_by_name(directory.path())).run(&["namespaces", "-o", "name"]).succeeded();
    assert!(tunnels.load(Ordering::SeqCst) > 0, "the proxy was asked");
}

fn a_proxy_that_is_not_there_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let proxy = format!("http://127.0.0.1:{port}");
    let directory = tempfile::tempdir().expect("a directory");
    let way = without_exceptions().env("HTTPS_PROXY", &proxy).env("KUBECONFIG", kubeconfig_by_name(directory.path()));
    let said = way.run(&["pods", "-n", "ns1"]).ended_with(3).err;
    assert!(said.contains(&format!("the proxy {proxy} (HTTPS_PROXY) refuses the connection")), "{said}");
    // the lab's AWS speaks plain HTTP; its API server is this machine's own, and reached without a proxy
    let said = without_exceptions().env("HTTP_PROXY", &proxy).run(&["pods", "-n", "ns1"]).succeeded().err;
    assert!(said.contains(&format!("the proxy {proxy} (HTTP_PROXY) refuses the connection")), "{said}");
}

/// A proxy that knows CONNECT, and takes every name for this machine's; and how many tunnels it has made.
fn connect_proxy() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let tunnels = Arc::new(AtomicUsize::new(0));
    let count = tunnels.clone();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || tunnel(client));
        }
    });
    (address, tunnels)
}

fn tunnel(mut client: TcpStream) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let (_, port) = head.strip_prefix("CONNECT ")?.split(' ').next()?.rsplit_once(':')?;
    let mut server = TcpStream::connect(("127.0.0.1", port.parse().ok()?)).ok()?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
    let (mut from, mut to) = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = copy(&mut server, &mut client);
    Some(())
}

fn impersonation_is_obeyed() {
    let said = Program::new().run(&["pods", "-n", "ns1", "--as", "nobody"]).ended_with(3).err;
    assert!(said.contains("user nobody may not list pods in namespace ns1"), "{said}");
}

fn sessions_that_are_missing_name_their_remedy() {
    let home = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(home.path().join(".aws")).expect("made");
    let config = "[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n\
                  [sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n\
                  [profile login]\nlogin_session = arn:aws:iam::123456789012:user/me\n";
    std::fs::write(home.path().join(".aws/config"), config).expect("written");
    for (profile, remedy) in [("sso", "aws sso login --profile sso"), ("login", "aws login --profile login")] {
        let program = Program::new().without_credentials().env("HOME", home.path()).env("AWS_PROFILE", profile);
        let said = program.run(&["pods", "-n", "ns1"]).succeeded().err;
        assert!(said.contains(remedy), "{said}");
    }
}
