/**
 * Shell text that defines `stage MOST PROGRAM ...`: it runs a program of a pipeline, where the exit status would otherwise be
 * lost, and says on standard error that it failed. Up to MOST a status is no failure: 1 of `grep` is that nothing matches. Nor is
 * a closed pipe: what closed it says why itself.
 */
export const STAGE = `stage() {
most=$1
shift
"$@" && return
set -- "$?" "$1"
[ "$1" -le "$most" ] || [ "$1" = 141 ] || echo "broken $2 $1" >&2
return "$1"
}`;

/** Shell text that waits for the background jobs in `jobs`, each of which ends with 0, and says of those that do not. */
export const JOBS_ENDED = `for job in $jobs; do wait "$job" || echo "broken sh $?" >&2; done`;

/** Why the output of a script is not whole, where STAGE said so. */
export function brokenStage(stderr: string): string | undefined {
  const [, program, status] = /^broken (\S{1,100}) (\d{1,3})$/m.exec(stderr) ?? [];
  return program === undefined ? undefined : `${program} failed (exit status ${status})`;
}
