#!/bin/sh
# The step of action.yml: annotations in the log, the report in the summary of the job, and a SARIF file.
set -u

# Runners have several versions of node; the one on the PATH may be too old.
node=
for candidate in "$(command -v node)" "${RUNNER_TOOL_CACHE:-/nowhere}"/node/*/*/bin/node; do
  if [ -x "$candidate" ] && "$candidate" -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 13) ? 0 : 1);
  '; then
    node=$candidate
    break
  fi
done
if [ -z "$node" ]; then
  echo '::error title=hsdoctor::Node 22.13 or newer is needed: add a step with actions/setup-node'
  exit 2
fi

sarif=${RUNNER_TEMP:-/tmp}/hsdoctor.sarif
rm -f "$sarif"
set -- check --source "$INPUT_SOURCE" --fail-on "$INPUT_FAIL_ON" --format github --format "sarif=$sarif"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then set -- "$@" --format "markdown=$GITHUB_STEP_SUMMARY"; fi
set -f
for format in $INPUT_FORMATS; do set -- "$@" --format "$format"; done

"$node" "$(dirname "$0")/../bin/run.js" "$@"
status=$?

echo "status=$status" >>"$GITHUB_OUTPUT"
if [ -f "$sarif" ]; then echo "sarif=$sarif" >>"$GITHUB_OUTPUT"; fi
if [ "$status" = 3 ] && [ "$INPUT_UNKNOWN" != fail ]; then
  echo '::notice title=hsdoctor::Nothing failed, but something could not be checked: see the summary of this job'
  exit 0
fi
exit "$status"
