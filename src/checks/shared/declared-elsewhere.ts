/** What `explain` says of all checks that judge the containers of a configuration. */
export const NOT_JUDGED_ELSEWHERE = `In a configuration, these containers are not judged: the check is then not \`ok\`, and names them with file and line:
those of a specialisation, of a NixOS container (\`containers.<name>.config\`), of a microvm or of \`virtualisation.vmVariant\`;
those that units or activation scripts start (\`podman run\`, \`docker compose\`); quadlet and compose files; k3s.`;
