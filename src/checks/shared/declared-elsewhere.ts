/** What `explain` says of all checks that judge the containers of a configuration. */
export const NOT_JUDGED_ELSEWHERE = `In a configuration, these containers are not judged. The check is then not \`ok\`, and names them with file and line:

- Those of a specialisation, of a NixOS container (\`containers.<name>.config\`), of a microvm or of \`virtualisation.vmVariant\`.
- Those that units or activation scripts start (\`podman run\`, \`docker compose\`).
- Those of \`.container\` files of quadlet, of compose files and of k3s.

A specialisation that changes what the containers of the machine depend on is named, too.`;

/** And of the other checks, where other systems of a machine may declare what they judge. */
export const ONLY_OF_THE_MACHINE = `In a configuration, only the machine itself is judged. If one of these sets what this check judges, the check is not
\`ok\`, and names it with file and line:

- A specialisation.
- A NixOS container (\`containers.<name>.config\`).
- A microvm, or \`virtualisation.vmVariant\`.`;

/** Of checks of what runs on the machine itself, which a specialisation may set otherwise. */
export const NOT_OF_A_SPECIALISATION = `In a configuration, a specialisation is not judged. If it sets what this check judges, the check is not \`ok\`, and names
the setting with file and line.`;

/** What NixOS makes units of containers of, beside the containers themselves. */
export const UNITS_OF_CONTAINERS: readonly string[] = [
  'virtualisation.oci-containers.backend',
  'systemd.services.podman-*',
  'systemd.services.docker-*',
];
