# Settings of the lab, sourced by its scripts and by whoever wants to look at it. Every one can be set from outside.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_BUILD=${LAB_BUILD:-${XDG_CACHE_HOME:-$HOME/.cache}/rolecall-lab} # programs and Python environment, shared by all labs
LAB=${LAB:-$LAB_BUILD}                                               # one lab's state, keys and logs
RUN=$LAB/run LOG=$LAB/log PKI=$LAB/pki DATA=$LAB/data BIN=$LAB_BUILD/bin PY=$LAB_BUILD/venv/bin/python
KAS_PORT=${KAS_PORT:-6443} ETCD_PORT=${ETCD_PORT:-2379} ETCD_PEER=${ETCD_PEER:-2380} KCM_PORT=${KCM_PORT:-10257}
AWS_PORT=${AWS_PORT:-5000} HOOK_PORT=${HOOK_PORT:-9443} PROXY_PORT=${PROXY_PORT:-6444}
WITH_KCM=${WITH_KCM:-1} WITH_HOOK=${WITH_HOOK:-1} WITH_KUBELET=${WITH_KUBELET:-1} SEED=${SEED:-42}
KUBE_VERSION=1.36.2
export LAB LAB_BUILD KUBECONFIG=$LAB/admin.kubeconfig KAS_PORT AWS_PORT PROXY_PORT
export AWS_ENDPOINT_URL=http://127.0.0.1:$AWS_PORT AWS_ACCESS_KEY_ID=AKIALAB AWS_SECRET_ACCESS_KEY=lab \
       AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
export PATH=$BIN:$PATH # the lab's own kubectl
mkdir -p "$RUN" "$LOG" "$PKI" "$DATA" "$BIN"

# Whether NAME runs, and is ours: every command line names a file under $LAB, so a reused pid is not taken for it.
alive() { [ -s "$RUN/$1.pid" ] && grep -qsaF "$LAB/" "/proc/$(cat "$RUN/$1.pid")/cmdline"; }
start() { # NAME PORT COMMAND…: in the background, once; PORT must be free for it
  local name=$1 port=$2; shift 2
  alive "$name" && return
  if [ "$port" != - ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo "$name: port $port is taken by another program; see the settings in $HERE/settings.sh" >&2; return 1
  fi
  setsid nohup "$@" >"$LOG/$name.log" 2>&1 </dev/null &
  echo $! >"$RUN/$name.pid"
}
ready() { # NAME COMMAND…: until COMMAND succeeds, or NAME has died, or two minutes
  local name=$1; shift
  for _ in $(seq 1200); do
    kill -0 "$(cat "$RUN/$name.pid")" 2>/dev/null || { echo "$name died:" >&2; tail -5 "$LOG/$name.log" >&2; return 1; }
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "$name is not ready after two minutes:" >&2; tail -5 "$LOG/$name.log" >&2; return 1
}
stop() { # NAME…
  local name pid
  for name in "$@"; do
    if alive "$name"; then
      pid=$(cat "$RUN/$name.pid"); kill "$pid"
      for _ in $(seq "${PATIENCE:-100}"); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
      kill -0 "$pid" 2>/dev/null && kill -9 "$pid"
    fi
    rm -f "$RUN/$name.pid"
  done
}
