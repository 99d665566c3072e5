# Settings of the lab, sourced by its scripts. Every one can be set from outside.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB=${LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/rolecall-lab}      # state, binaries, keys: nothing is written beside the scripts
RUN=$LAB/run LOG=$LAB/log PKI=$LAB/pki DATA=$LAB/data BIN=$LAB/bin PY=$LAB/venv/bin/python
KAS_PORT=${KAS_PORT:-6443} ETCD_PORT=${ETCD_PORT:-2379} ETCD_PEER=${ETCD_PEER:-2380} KCM_PORT=${KCM_PORT:-10257}
AWS_PORT=${AWS_PORT:-5000} HOOK_PORT=${HOOK_PORT:-9443} PROXY_PORT=${PROXY_PORT:-6444}
WITH_KCM=${WITH_KCM:-1} WITH_HOOK=${WITH_HOOK:-1} WITH_KUBELET=${WITH_KUBELET:-1} SEED=${SEED:-42}
KUBE_VERSION=1.36.2
export LAB KUBECONFIG=$LAB/admin.kubeconfig
export AWS_ENDPOINT_URL=http://127.0.0.1:$AWS_PORT AWS_ACCESS_KEY_ID=AKIALAB AWS_SECRET_ACCESS_KEY=lab \
       AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true
export PATH=$BIN:$PATH # the lab's own kubectl
mkdir -p "$RUN" "$LOG" "$PKI" "$DATA" "$BIN"

alive() { [ -s "$RUN/$1.pid" ] && kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null; }
start() { # NAME COMMAND…: in the background, once
  local name=$1; shift
  alive "$name" && return
  setsid nohup "$@" >"$LOG/$name.log" 2>&1 </dev/null &
  echo $! >"$RUN/$name.pid"
}
ready() { # NAME COMMAND…: until COMMAND succeeds, or NAME has died, or 60 s
  local name=$1; shift
  for _ in $(seq 600); do
    "$@" >/dev/null 2>&1 && return
    alive "$name" || { echo "$name died:" >&2; tail -5 "$LOG/$name.log" >&2; return 1; }
    sleep 0.1
  done
  echo "$name is not ready after 60 s" >&2; return 1
}
stop() { # NAME…
  local name pid
  for name in "$@"; do
    if alive "$name"; then
      pid=$(cat "$RUN/$name.pid"); kill "$pid"
      for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
      kill -0 "$pid" 2>/dev/null && kill -9 "$pid"
    fi
    rm -f "$RUN/$name.pid"
  done
}
