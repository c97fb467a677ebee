// cspell:disable
/**
 * Public modules that set nothing of their own accord: what they do, these files ask for by options. What a machine that uses
 * them declares of containers, units and secrets stands in these files.
 */
export const LIBRARIES: ReadonlySet<string> = new Set(
  `
  0xc000022070/zen-browser-flake ashleyyakeley/nixvirt astro/microvm.nix avengemedia/dankmaterialshell
  aylur/ags aylur/astal birdeehub/nix-wrapper-modules cachix/devenv cachix/git-hooks.nix cachix/pre-commit-hooks.nix
  catppuccin/nix chaotic-cx/nyx danth/stylix determinatesystems/determinate determinatesystems/nix determinatesystems/nixpkgs-weekly
  divnix/std drakon64/nixos-cachyos-kernel edolstra/flake-compat ezkea/aagl-gtk-on-nix fufexan/nix-gaming
  gerg-l/spicetify-nix gmodena/nix-flatpak guibou/nixgl helix-editor/helix hercules-ci/flake-parts homebrew/homebrew-bundle
  homebrew/homebrew-cask homebrew/homebrew-core hraban/mac-app-util hyprwm/contrib hyprwm/hypridle hyprwm/hyprland
  hyprwm/hyprland-plugins hyprwm/hyprlock hyprwm/hyprpaper infinidoge/nix-minecraft ipetkov/crane jovian-experiments/jovian-nixos
  kaylorben/nixcord kamadorueda/alejandra kirelagin/dns.nix lnl7/nix-darwin maroka-chan/vpn-confinement
  mic92/nix-index-database mic92/nix-ld mic92/sops-nix misterio77/nix-colors msteen/nixos-vscode-server mipmip/nixos-vscode-server
  musnix/musnix nix-community/authentik-nix nix-community/comma nix-community/disko nix-community/emacs-overlay nix-community/fenix
  nix-community/home-manager nix-community/impermanence nix-community/lanzaboote nix-community/lib-aggregate
  nix-community/neovim-nightly-overlay nix-community/nh nix-community/nix-doom-emacs-unstraightened
  nix-community/nix-index-database nix-community/nix-ld nix-community/nix-on-droid nix-community/nix-snapd
  nix-community/nix-unit nix-community/nix-vscode-extensions nix-community/nixgl nix-community/nixos-anywhere
  nix-community/nixos-apple-silicon nix-community/nixos-facter-modules nix-community/nixos-generators nix-community/nixos-images
  nix-community/nixos-vscode-server nix-community/nixos-wsl nix-community/nixpkgs-wayland nix-community/nixpkgs.lib
  nix-community/nixvim nix-community/nur nix-community/plasma-manager nix-community/preservation nix-community/raspberry-pi-nix
  nix-community/robotnix nix-community/srvos nix-community/stylix nix-community/tree-sitter-nix nix-darwin/nix-darwin
  nix-systems/aarch64-darwin nix-systems/default nix-systems/default-linux nix-systems/x86_64-linux nixified-ai/flake nixos/flake-compat
  nixos/flake-registry nixos/nix nixos/nixos-artwork nixos/nixos-hardware nixos/nixpkgs nlewo/comin nlewo/nix2container
  noctalia-dev/noctalia noctalia-dev/noctalia-shell notashelf/nvf notashelf/watt numtide/blueprint numtide/devshell
  numtide/flake-utils numtide/llm-agents.nix numtide/nix-ai-tools numtide/nixos-anywhere numtide/nixos-facter-modules
  numtide/system-manager numtide/treefmt-nix nvmd/nixos-raspberrypi oddlama/agenix-rekey oddlama/nix-topology outfoxxed/hy3
  oxalica/nil oxalica/rust-overlay pjones/plasma-manager quickshell-mirror/quickshell ryantm/agenix
  saumonnet/proxmox-nixos senchopens/base16.nix serokell/deploy-rs snowfallorg/flake snowfallorg/lib snowfallorg/thaw
  sodiboo/niri-flake srid/flake-root srid/nixos-flake srid/nixos-unified terranix/terranix thiagokokada/nix-alien tinted-theming/schemes
  utensils/comfyui-nix vicinaehq/vicinae vic/den vic/flake-aspects vic/flake-file vic/import-tree denful/den
  denful/flake-aspects denful/flake-file denful/import-tree wezterm/wezterm xddxdd/nix-cachyos-kernel
  yaxitech/ragenix yokoffing/betterfox youwen5/zen-browser-flake zhaofengli/attic zhaofengli/colmena zhaofengli/nix-homebrew
  zhaofengli-wip/nix-homebrew
  gitlab.com/simple-nixos-mailserver/nixos-mailserver gitlab.com/rycee/nur-expressions git.lix.systems/lix-project/nixos-module
  git.outfoxxed.me/outfoxxed/quickshell git.outfoxxed.me/quickshell/quickshell
  `
    .split(/\s+/)
    .filter((origin) => origin !== ''),
);

/** What makes machines in its own way from modules of a flake, and is not followed here. */
export const MAKERS_OF_MACHINES: ReadonlySet<string> = new Set([
  ...['vic/den', 'denful/den', 'yunfachi/denix', 'ehllie/ez-configs', 'divnix/digga'],
]);

/** What is to be set only for a moment, to try something: what is pinned is meant. */
export const UNSET_VARIABLES = /^(?:NPINS|NIV)_OVERRIDE_/;

/** What the registry of flakes calls some of them, and what is on the search path of nix. */
export const REGISTRY: Readonly<Record<string, string>> = {
  agenix: 'ryantm/agenix',
  colmena: 'zhaofengli/colmena',
  darwin: 'nix-darwin/nix-darwin',
  'deploy-rs': 'serokell/deploy-rs',
  disko: 'nix-community/disko',
  'flake-parts': 'hercules-ci/flake-parts',
  'flake-utils': 'numtide/flake-utils',
  'home-manager': 'nix-community/home-manager',
  impermanence: 'nix-community/impermanence',
  nix: 'nixos/nix',
  'nix-darwin': 'nix-darwin/nix-darwin',
  nixos: 'nixos/nixpkgs',
  'nixos-generators': 'nix-community/nixos-generators',
  'nixos-hardware': 'nixos/nixos-hardware',
  'nixos-unstable': 'nixos/nixpkgs',
  nixpkgs: 'nixos/nixpkgs',
  nur: 'nix-community/nur',
  'sops-nix': 'mic92/sops-nix',
  srvos: 'nix-community/srvos',
};

/** What a public module that is none of these may declare by itself: more of one kind of things. */
export const COLLECTIONS: readonly (readonly string[])[] = [
  ['virtualisation', 'oci-containers', 'containers'],
  ['docker-containers'],
  ['containers'],
  ['systemd', 'services'],
  ['systemd', 'timers'],
  ['systemd', 'paths'],
  ['systemd', 'sockets'],
  ['age', 'secrets'],
  ['services'],
  ['launchd', 'agents'],
  ['launchd', 'user', 'agents'],
];
