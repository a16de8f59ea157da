package io.flotilla.spec;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Reads {@code admin} and {@code health}. Looks no name up: whether one is loopback shows at the start. */
final class AdminReader {

    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,1024}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");
    private static final int MOST_BODY = 64 * 1024 * 1024;

    private AdminReader() {}

    static AdminSettings read(Block root) {
        AdminSettings under = AdminSettings.DEFAULT;
        try (Block admin = root.block("admin");
                Block events = admin.block("events");
                Block login = admin.block("login")) {
            boolean enabled = admin.flag("enabled", under.enabled());
            Literals.HostAndPort bind = bind(admin);
            Optional<Secret> token = token(admin);
            if (enabled && token.isEmpty() && knownFromOutside(bind.host())) {
                admin.complain("bind", "any address but loopback demands a token (admin.token)");
            }
            return new AdminSettings(
                    enabled,
                    bind.host(),
                    bind.port(),
                    hosts(admin),
                    token,
                    payloads(admin),
                    (int) admin.bytes("excerpt", under.excerpt(), MOST_BODY),
                    (int) admin.bytes("request-limit", under.requestLimit(), MOST_BODY),
                    (int) admin.number("connections", under.connections(), 1, 1024),
                    (int) admin.number("streams", under.streams(), 0, 100_000),
                    admin.duration("keep-alive", under.keepAlive()),
                    (int) events.number("history", under.events(), 1, 10_000_000),
                    new AdminSettings.Login(
                            login.duration("age", under.login().age()),
                            (int) login.number("sessions", under.login().sessions(), 1, 100_000),
                            (int) login.number(
                                    "failures-per-minute", under.login().failuresPerMinute(), 1, 100_000)),
                    readyShare(root, under.readyShare()));
        }
    }

    private static Literals.HostAndPort bind(Block admin) {
        AdminSettings under = AdminSettings.DEFAULT;
        Literals.HostAndPort stands = new Literals.HostAndPort(under.host(), under.port());
        Optional<String> text = admin.text("bind");
        Optional<Literals.HostAndPort> parts =
                text.flatMap(Literals::hostAndPort).map(AdminReader::bare);
        if (text.isPresent() && parts.isEmpty()) {
            admin.problem("bind", "host:port", true);
        }
        return parts.orElse(stands);
    }

    private static Literals.HostAndPort bare(Literals.HostAndPort parts) {
        String host = parts.host();
        return host.startsWith("[")
                ? new Literals.HostAndPort(host.substring(1, host.length() - 1), parts.port())
                : parts;
    }

    /** An empty token is no token. */
    private static Optional<Secret> token(Block admin) {
        Optional<Secret> token =
                admin.secret("token").filter(secret -> !secret.reveal().isBlank());
        if (token.isPresent() && !TOKEN.matcher(token.get().reveal()).matches()) {
            admin.problem("token", "visible characters of ASCII without a space, 1024 at the most", false);
            return Optional.empty();
        }
        return token;
    }

    private static boolean knownFromOutside(String host) {
        return Literals.address(host).filter(address -> !isLoopback(address)).isPresent();
    }

    private static boolean isLoopback(InetAddress address) {
        return address.isLoopbackAddress();
    }

    private static List<String> hosts(Block admin) {
        List<String> hosts = admin.texts("hosts", List.of());
        if (!hosts.stream().allMatch(host -> NAME.matcher(host).matches())) {
            admin.problem("hosts", "a list of names such as flotilla.example.com, without a port", false);
            return List.of();
        }
        return hosts;
    }

    private static AdminSettings.Payloads payloads(Block admin) {
        return switch (admin.word("payloads", "on-loopback", List.of("off", "on-loopback", "on"))) {
            case "off" -> AdminSettings.Payloads.OFF;
            case "on" -> AdminSettings.Payloads.ON;
            default -> AdminSettings.Payloads.ON_LOOPBACK;
        };
    }

    private static double readyShare(Block root, double under) {
        try (Block health = root.block("health")) {
            Optional<String> text = health.text("ready-share");
            if (text.isEmpty()) {
                return under;
            }
            OptionalDouble share = FleetReader.percent(text.get(), 100);
            if (share.isEmpty()) {
                health.problem("ready-share", "more than 0% and at most 100%", true);
            }
            return share.isPresent() ? share.getAsDouble() / 100 : under;
        }
    }
}
