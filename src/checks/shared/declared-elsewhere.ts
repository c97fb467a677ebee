/** What `explain` says of all checks that judge the containers of a configuration. */
export const NOT_JUDGED_ELSEWHERE = `In a configuration, these containers are not judged: the check is then not \`ok\`, and names them with file and line:
those of a specialisation, of a NixOS container (\`containers.<name>.config\`), of a microvm or of \`virtualisation.vmVariant\`;
those that units or activation scripts start (\`podman run\`, \`docker compose\`); quadlet and compose files; k3s.`;

/** And of the other checks, where other systems of a machine may declare what they judge. */
export const ONLY_OF_THE_MACHINE = `In a configuration, only the machine itself is judged. Where a specialisation, a NixOS container
(\`containers.<name>.config\`), a microvm or \`virtualisation.vmVariant\` sets what this check judges, the check is \`unknown\`, and names
it with file and line.`;
