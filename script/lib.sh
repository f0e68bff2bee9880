# What the scripts beside this file share: finding what is missing, and installing it once.
# Sourced, never run. Every script stands in the project's root when it calls these.

say() { printf '\033[1;34m▸\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[1;31m✗\033[0m %s\n' "$*" >&2; exit 1; }

python_version_ok() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in "${SOHOA_PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && python_version_ok "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# A need is "what it is for|a command that succeeds when it is there|Debian package"; the command may hold | itself.
RUN_NEEDS=(
  'reading text|command -v tesseract|tesseract-ocr'
  'reading Vietnamese|tesseract --list-langs 2>/dev/null | grep -qx vie|tesseract-ocr-vie'
  'the queue|command -v redis-server|redis-server'
  'the virtual environment|[ -x .venv/bin/python ] || "$(find_python)" -c "import ensurepip, venv"|python3-venv'
)
TEST_NEEDS=(
  'pages in a real browser|command -v chromium|chromium'
  'pages in the other browser|command -v firefox-esr|firefox-esr'
  'PostgreSQL|command -v initdb || ls /usr/lib/postgresql/*/bin/initdb|postgresql'
  'validating PDF/A|command -v java|default-jre-headless'
  'validating PDF/A|[ -e /usr/share/java/preflight.jar ]|libpdfbox2-java'
  'validating PDF/A|ls /usr/share/java/*activation*|libactivation-java'
  'validating PDF/A|ls /usr/share/java/jaxb-api*|libjaxb-api-java'
  'signing with a token|ls /usr/lib/softhsm/libsofthsm2.so|softhsm2'
  'looking at PDFs|command -v pdftotext|poppler-utils'
)
# The fonts that certificates are drawn with; each is a Debian package of its own.
while read -r package; do
  TEST_NEEDS+=("drawing certificates|dpkg-query --show --showformat '\${Status}' $package | grep -q 'ok installed'|$package")
done < <(grep '^fonts-' samples/draw/FONTS.txt)

missing_packages() { # names the packages of the given needs that are not met
  local need probe
  for need in "$@"; do
    probe=${need#*|}
    if ! (eval "${probe%|*}") >/dev/null 2>&1; then printf '%s\n' "${need##*|}"; fi
  done
}

install_packages() { # installs Debian packages, or says how to
  local command=(apt-get install --yes --no-install-recommends "$@") as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo --non-interactive true 2>/dev/null; then as_root=(sudo --non-interactive); else
      fail "Thiếu gói / missing packages: $*
  Chạy bằng quyền quản trị / run as administrator:  sudo ${command[*]}"
    fi
  fi
  command -v apt-get >/dev/null || fail "Thiếu / missing: $*
  Không có apt-get: hãy cài các chương trình này bằng trình quản lý gói của máy.
  There is no apt-get here: install these programs with this system's package manager."
  say "Installing Debian packages: $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update --quiet=2 ||
    say "The package list could not be refreshed; going on with the old one."
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${command[@]}" --quiet=2 >/dev/null ||
    fail "apt-get could not install: $*"
}

ensure_needs() { # checks the given needs, installs what is missing, checks again
  local missing still
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] && return
  install_packages "${missing[@]}"
  mapfile -t still < <(missing_packages "$@")
  [ ${#still[@]} -eq 0 ] || fail "Still missing after installing: ${still[*]}"
}

ensure_environment() { # makes .venv hold exactly what the lock file says; a stamp lets the next run skip it
  local lock=$1 python stamp=.venv/.installed wanted
  wanted=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
  if [ -f "$stamp" ] && grep -qx "$wanted" "$stamp" && [ -x .venv/bin/sohoa ]; then return; fi
  if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(find_python) || fail "Cần Python 3.11 trở lên / Python 3.11 or newer is needed:  sudo apt-get install python3"
    say "Making the virtual environment .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
  fi
  say "Installing what $lock pins (with hashes)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  printf '%s\n' "$wanted" >>"$stamp"
}

# Each process of tests has servers, ports and folders of its own; one that is done early takes work from another.
AT_ONCE=(--numprocesses logical --maxprocesses 4 --dist worksteal)

check_code() { # format, lint, types and layers
  say "Format and lint"; ruff format --check --quiet . && ruff check --quiet .
  say "Types"; mypy
  say "Layers"; lint-imports --no-cache >/dev/null || lint-imports --no-cache
}

# One thread an engine: work is spread over processes, and Tesseract alone runs three times faster so.
export OMP_THREAD_LIMIT=1 OMP_NUM_THREADS=1 PYTHONUTF8=1
