import type { CheckDocumentation } from '../../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Every source that hsdoctor could not read: without root, a journal without permission, a probe that timed out or failed, or a
journal that begins after the containers were started, so that what happened to them before then is lost.`,
  configuration: `An import of a file that is not in the folder, or an import whose path is not known. It may set any option, so
nothing that depends on it is called \`ok\`. A module of another repository, if that is yours, private, or not known to
hsdoctor: it may declare what is checked. A system within the machine whose settings
are elsewhere (\`containers.<name>.path\` and \`.flake\`, \`microvm.vms.<name>.flake\`), unless it is a machine of the same folder; a
specialisation, container or microvm whose name depends on a value that is not known. Modules of nixpkgs and of well-known projects
(home-manager, agenix, disko and others) are not reported. With \`--eval\` also each option for which nix gives another value, and each machine that nix cannot
evaluate.`,
  fix: `Run hsdoctor with \`--sudo\`, or as root: for an ordinary user \`podman ps\` shows an empty store and \`journalctl\` an
empty journal, and both exit with status 0. If the journal is too short, check a shorter time (\`--since 24h\`)
and let the journal keep more.`,
  notReported: `A program that is not installed, or a source that this system does not have.`,
};
