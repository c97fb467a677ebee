import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  configuration: `A setting that systemd ignores. \`Condition…\`, \`Assert…\`, \`StartLimitIntervalSec\`, \`After\` and the like in
\`serviceConfig\`, \`Restart\` and the like in \`unitConfig\`; a value in \`serviceConfig.Environment\` with a
blank outside of quotes, at which systemd cuts it.`,
  fix: `\`unitConfig\`, or the option that NixOS has for it (\`startLimitIntervalSec\`, \`wantedBy\`);
\`environment.NAME\` in place of \`serviceConfig.Environment\`, as NixOS quotes what stands there.`,
  notReported: `\`StartLimitBurst\` and \`StartLimitInterval\`, which systemd still takes in both places; several assignments
in one line; a value in quotes; a path of the store or of a secret, which has no blank. Where an
interpolated value may have one, that is \`unknown\`.`,
};
