// cspell:disable
/**
 * Public modules that set nothing of their own accord: what they do, these files ask for by options. What a machine that uses
 * them declares of containers, units and secrets stands in these files.
 */
export const LIBRARIES: ReadonlySet<string> = new Set(
  `
  0xc000022070/zen-browser-flake 1password/shell-plugins 4evy/nixcord 9001/copyparty abenz1267/elephant
  abenz1267/walker adisoncavani/distro-grub-themes adnanhodzic/auto-cpufreq adriankarlen/textfox
  ahbnr/nixos-06cb-009a-fingerprint-sensor anduril/jetpack-nixos andyfilter/yeetmouse anyrun-org/anyrun
  aristanetworks/nix-serve-ng ashleyyakeley/nixvirt astro/microvm.nix asus-linux-drivers/asus-numberpad-driver
  avengemedia/dank-greeter avengemedia/dankmaterialshell avengemedia/danksearch avengemedia/dms-plugin-registry
  aylur/ags aylur/astal batteredbunny/brew-nix birdeehub/nix-wrapper-modules birdeehub/nixcats-nvim
  blitz/tuxedo-nixos cachix/devenv cachix/git-hooks.nix cachix/pre-commit-hooks.nix caelestia-dots/shell
  catppuccin/nix chaotic-cx/nyx codgician/mlnx-ofed-nixos cu3po42/pam_shim cynicsketch/nix-mineral
  dali99/nixos-matrix-modules danth/stylix denful/den denful/flake-aspects denful/flake-file denful/import-tree
  determinatesystems/determinate determinatesystems/nix determinatesystems/nixpkgs-weekly
  different-name/steam-config-nix divnix/quick-nix-registry divnix/std drakon64/nixos-cachyos-kernel
  dwarfmaster/arkenfox-nixos e-tho/ucodenix edolstra/flake-compat emmanuelrosa/erosanix ezkea/aagl-gtk-on-nix
  feschber/lan-mouse fiffeek/hyprdynamicmonitors flameflag/nixcord fufexan/nix-gaming gerg-l/spicetify-nix
  germanbread/declarative-flatpak getpaseo/paseo glide-browser/glide.nix gmodena/nix-flatpak gnull/nixos-rk3588
  guibou/nixgl gytis-ivaskevicius/flake-utils-plus h3rmt/hyprshell hall/kubenix heitoraugustoln/betterfox-nix
  heitoraugustoln/cosmic-manager helix-editor/helix hercules-ci/arion hercules-ci/flake-parts
  homebrew/homebrew-bundle homebrew/homebrew-cask homebrew/homebrew-core hraban/mac-app-util hyprwm/contrib
  hyprwm/hypridle hyprwm/hyprland hyprwm/hyprland-plugins hyprwm/hyprlock hyprwm/hyprpaper
  in-a-dil-emma/declarative-flatpak infinidoge/nix-minecraft iniox/matugen ipetkov/crane j-brn/nixos-vfio
  jakestanger/ironbar jas-singhfsu/hyprpanel jhillyerd/agenix-template jmbaur/tinyboot jmbaur/webauthn-tiny
  jonathanio/update-systemd-resolved jordanisaacs/homeage jovian-experiments/jovian-nixos juanfont/headscale
  juspay/vira kamadorueda/alejandra kartavkun/zapret-discord-youtube kaylorben/nixcord kirelagin/dns.nix
  kiriwalawren/nixflix kmonad/kmonad kolide/nix-agent lilyinstarlight/nixos-cosmic linyinfeng/angrr lnl7/nix-darwin
  lxtharia/minegrub-theme lxtharia/minegrub-world-sel-theme lytedev/slippi-nix mangowm/mango
  marienz/nix-doom-emacs-unstraightened marijanp/zeroclaw maroka-chan/vpn-confinement matadaniel/lazyvim-module
  max-sixty/worktrunk mic92/direnv-instant mic92/envfs mic92/niks3 mic92/nix-index-database mic92/nix-ld
  mic92/radicle-mirror mic92/sops-nix microvm-nix/microvm.nix mipmip/nixos-vscode-server mirkolenz/quadlet-nix
  misterio77/nix-colors modem-dev/hunk mrvandalo/nixos-healthchecks mrzenc/vgpu4nixos msteen/nixos-vscode-server
  musnix/musnix nabam/nixos-rockchip nakato/nixos-sbc natsukium/mcp-servers-nix ners/nix-monitored
  nix-community/authentik-nix nix-community/buildbot-nix nix-community/comma nix-community/disko
  nix-community/emacs-overlay nix-community/ethereum.nix nix-community/fenix nix-community/harmonia
  nix-community/home-manager nix-community/impermanence nix-community/kde2nix nix-community/lanzaboote
  nix-community/lib-aggregate nix-community/neovim-nightly-overlay nix-community/nh nix-community/nix-doom-emacs
  nix-community/nix-doom-emacs-unstraightened nix-community/nix-index-database nix-community/nix-ld
  nix-community/nix-on-droid nix-community/nix-snapd nix-community/nix-unit nix-community/nix-vscode-extensions
  nix-community/nix4nvchad nix-community/nixgl nix-community/nixos-anywhere nix-community/nixos-apple-silicon
  nix-community/nixos-cli nix-community/nixos-facter-modules nix-community/nixos-generators
  nix-community/nixos-images nix-community/nixos-vscode-server nix-community/nixos-wsl nix-community/nixpkgs-wayland
  nix-community/nixpkgs-xr nix-community/nixpkgs.lib nix-community/nixvim nix-community/nur
  nix-community/plasma-manager nix-community/preservation nix-community/raspberry-pi-nix nix-community/robotnix
  nix-community/srvos nix-community/stylix nix-community/tree-sitter-nix nix-darwin/nix-darwin
  nix-systems/aarch64-darwin nix-systems/default nix-systems/default-linux nix-systems/x86_64-linux
  nixified-ai/flake nixos-lima/nixos-lima nixos/flake-compat nixos/flake-registry nixos/nix nixos/nixos-artwork
  nixos/nixos-hardware nixos/nixpkgs nixpak/nixpak nlewo/comin nlewo/nix2container noctalia-dev/noctalia
  noctalia-dev/noctalia-greeter noctalia-dev/noctalia-shell nomadcxx/sysc-greet notashelf/neovim-flake notashelf/nvf
  notashelf/tailray notashelf/watt nousresearch/hermes-agent numtide/blueprint numtide/devshell numtide/disko-zfs
  numtide/flake-utils numtide/llm-agents.nix numtide/nix-ai-tools numtide/nixos-anywhere
  numtide/nixos-facter-modules numtide/srvos numtide/system-manager numtide/treefmt-nix nvmd/nixos-raspberrypi
  oddlama/agenix-rekey oddlama/elewrap oddlama/idmail oddlama/nix-topology openclaw/nix-openclaw orhun/ratty
  outfoxxed/hy3 oxalica/nil oxalica/rust-overlay pabloaul/lsfg-vk-flake pedorich-n/home-manager-diff
  pedorich-n/playit-nixos-module peteonrails/voxtype pfassina/lazyvim-nix pinpox/opencrow pjones/plasma-manager
  polygon/scalpel powerofthe69/nix-gaming-edge quickshell-mirror/quickshell rafaelrc7/wayland-pipewire-idle-inhibit
  rasmus-kirk/nixarr reckenrode/nix-foundryvtt ryan4yin/nixos-rk3588 ryantm/agenix rycee/home-manager
  saumonnet/proxmox-nixos schizofox/schizofox schuelermine/xhmm seiarotg/quadlet-nix senchopens/base16.nix
  serokell/deploy-rs sfrijters/nixos-logwatch snowfallorg/flake snowfallorg/lib snowfallorg/thaw sodiboo/niri-flake
  soymou/illogical-flake srid/drishti srid/emanote srid/flake-root srid/imako srid/nixos-flake srid/nixos-unified
  sund3rrr/tuxedo-nixos svenum/solaar-flake sveske-juice/declarative-jellyfin tadfisher/android-nixpkgs
  tailscale/golink terranix/terranix thelegy/nixos-nftables-firewall thiagokokada/nix-alien tinted-theming/schemes
  toqozz/wired-notify toyvo/nh_plus tpwrules/nixos-apple-silicon uiriansan/silentsddm utensils/comfyui-nix
  venkyr77/jellarr vic/den vic/flake-aspects vic/flake-file vic/import-tree vicinaehq/vicinae
  vinceliuice/grub2-themes wamserma/flake-programs-sqlite wavelens/gradient wezterm/wezterm willibutz/preservation
  xddxdd/nix-cachyos-kernel xremap/nix-flake yaxitech/ragenix yokoffing/betterfox youwen5/zen-browser-flake
  zhaith-izaliel/sddm-sugar-candy-nix zhaofengli-wip/nix-homebrew zhaofengli/attic zhaofengli/colmena
  zhaofengli/nix-homebrew
  git.lix.systems/lix-project/nixos-module git.outfoxxed.me/outfoxxed/quickshell
  git.outfoxxed.me/quickshell/quickshell gitlab.com/rycee/nur-expressions
  gitlab.com/simple-nixos-mailserver/nixos-mailserver
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
