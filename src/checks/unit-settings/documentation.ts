import type { CheckDocumentation } from '../../model/check.ts';
import { ONLY_OF_THE_MACHINE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  configuration: `A setting that systemd ignores: \`Condition…\`, \`Assert…\`, \`StartLimitIntervalSec\`, \`After\` and the like in
\`serviceConfig\`, \`Restart\` and the like in \`unitConfig\`; a value in \`serviceConfig.Environment\` with a space
outside of quotes, where systemd cuts it. Settings of a unit such as \`podman-web\` that has no command, where no container has that unit.`,
  fix: `Use \`unitConfig\`, or the option that NixOS has for it (\`startLimitIntervalSec\`, \`wantedBy\`); use
\`environment.NAME\` instead of \`serviceConfig.Environment\`, because NixOS quotes its values.`,
  unknownIf: `an interpolated value may have a space, or the containers that units may belong to are not all known.`,
  notReported: `A misspelled name (\`ReStartSec\`); \`StartLimitBurst\` and \`StartLimitInterval\`, which systemd still accepts in both sections; several assignments
in one line; a value in quotes; a path in the Nix store or of a secret, because these have no spaces.`,
  notJudged: ONLY_OF_THE_MACHINE,
};
