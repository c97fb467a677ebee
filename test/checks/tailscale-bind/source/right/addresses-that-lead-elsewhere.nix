# status: skipped
{ pkgs, lib, config, ... }:
let cfg = config.net; in {
  options.net.ip = lib.mkOption { default = "100.64.9.9"; type = lib.types.str; };
  config = {
  net.ip = "100.64.9.8";
  networking.nameservers = [ "100.100.100.100" "100.101.102.2" ];
  networking.extraHosts = "100.101.102.2 laptop";
  networking.firewall.extraCommands = "iptables -A INPUT -s 100.101.102.2 -j ACCEPT";
  networking.wireguard.interfaces.wg0.peers = [ { allowedIPs = [ "100.101.102.2/32" ]; endpoint = "100.101.102.3:51820"; } ];
  programs.ssh.extraConfig = "Host nas\n  HostName 100.101.102.2";
  services.openssh.extraConfig = "Match Address 100.101.102.2\n  PasswordAuthentication no";
  services.nginx.enable = true;
  services.nginx.virtualHosts."a" = { serverName = "100.101.102.2"; locations."/" = { proxyPass = "http://100.101.102.2:80"; extraConfig = "allow 100.101.102.2;\nproxy_set_header X 1;"; }; };
  services.nginx.upstreams.b.servers."100.101.102.2:80" = {};
  services.caddy.enable = true;
  services.caddy.virtualHosts."x".extraConfig = ''
    reverse_proxy 100.101.102.2:8080
    reverse_proxy http://100.101.102.2:8080 http://100.101.102.3:8080
    @blocked not remote_ip 100.64.0.0/10 100.101.102.2
  '';
  services.prometheus.scrapeConfigs = [ { job_name = "n"; static_configs = [ { targets = [ "100.101.102.2:9100" ]; } ]; } ];
  fileSystems."/m" = { device = "100.101.102.2:/export"; fsType = "nfs"; };
  systemd.mounts = [ { what = "100.101.102.2:/export"; where = "/m"; } ];
  services.nfs.server.exports = "/export 100.101.102.2(rw)";
  services.restic.backups.x.repository = "rest:http://100.101.102.2:8000/";
  systemd.services.ping = { script = "ping -c1 100.101.102.2\ncurl http://100.101.102.2\nssh root@100.101.102.2 true"; serviceConfig.Type = "oneshot"; };
  services.homepage-dashboard.services = [ { A = [ { x = { href = "http://100.101.102.2"; }; } ]; } ];
  services.traefik.dynamicConfigOptions.http.services.x.loadBalancer.servers = [ { url = "http://100.101.102.2:80"; } ];
  services.adguardhome.settings.filtering.rewrites = [ { domain = "x"; answer = "100.101.102.2"; } ];
  services.unbound.settings.server.local-data = [ "\"a. A 100.101.102.2\"" ];
  services.blocky.settings.customDNS.mapping."x" = "100.101.102.2";
  services.fail2ban.ignoreIP = [ "100.101.102.2" ];
  services.nextcloud.settings.trusted_domains = [ "100.101.102.2" ];
  services.home-assistant.config.http.trusted_proxies = [ "100.101.102.2" ];
  environment.variables.OLLAMA_HOST = "100.101.102.2:11434";
  environment.shellAliases.nas = "ssh 100.101.102.2";
  services.k3s.serverAddr = "https://100.101.102.2:6443";
  services.telegraf.extraConfig.outputs.influxdb.urls = [ "http://100.101.102.2:8086" ];
  services.promtail.configuration.clients = [ { url = "http://100.101.102.2:3100/loki"; } ];
  nix.buildMachines = [ { hostName = "100.101.102.2"; } ];
  systemd.services.immich-server.environment.DB_HOSTNAME = "100.101.102.2";
  systemd.services.off = { enable = false; serviceConfig.ExecStart = "/x --host 100.101.102.2"; };
  services.gatus = { enable = true; settings.endpoints = [ { name = "a"; url = "tcp://100.101.102.2:22"; } ]; };
  services.zigbee2mqtt.settings.mqtt.server = "mqtt://100.101.102.2:1883";
  services.samba.settings.global."hosts allow" = "100.101.102.2 127.0.0.1";
  users.users.a.openssh.authorizedKeys.keys = [ "from=\"100.101.102.2\" ssh-ed25519 AAAA" ];
  services.haproxy.config = "backend x\n  server a 100.101.102.2:80 check";
  services.borgbackup.jobs.x.repo = "borg@100.101.102.2:repo";
  services.dnsmasq.settings.address = [ "/x/100.101.102.2" ];
  services.immich.settings.server.externalDomain = "http://100.101.102.2:2283";
  services.grafana.provision.datasources.settings.datasources = [ { url = "http://100.101.102.2:9090"; } ];
  services.frp.settings = { serverAddr = "100.101.102.2"; };
  services.gitea.settings.server = { DOMAIN = "100.101.102.2"; ROOT_URL = "http://100.101.102.2:3000"; };
  services.vaultwarden.config.DOMAIN = "https://100.101.102.2";
  services.rsyslogd.extraConfig = "*.* @100.101.102.2:514";
  services.journald.upload.settings.Upload.URL = "http://100.101.102.2:19532";
  services.uptime-kuma.settings.X = "y";
  services.mosquitto.bridges.b.addresses = [ { address = "100.101.102.2"; } ];
  services.postgresql.authentication = "host all all 100.101.102.2/32 trust";
  services.redis.servers.x.slaveOf = { ip = "100.101.102.2"; port = 6379; };
  services.keepalived.vrrpInstances.x.unicastPeers = [ "100.101.102.2" ];
  };
}
